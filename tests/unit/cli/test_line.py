"""A line that is being typed: which command, what is wanted."""

from __future__ import annotations

import pytest

from redo_py.cli.line import Line
from redo_py.cli.spellings import Spelled

BUILD = Spelled(
    "build",
    "Build.",
    {name: (metavar, "") for name, metavar in {
        "-j": "N", "-n": "", "-D": "NAME=VALUE", "--define": "NAME=VALUE", "-C": "DIR", "--directory": "DIR",
        "-f": "FILE", "--file": "FILE", "--profile": "NAME", "--force": "GLOB", "--help": "",
    }.items()},
    ["TARGET"],
)  # fmt: skip
COMMANDS = {"": Spelled("", "", {}, []), "build": BUILD, "gc": Spelled("gc", "", {}, [])}


def line(*words: str) -> Line:
    return Line(words, COMMANDS)


@pytest.mark.parametrize("words", [("",), ("bu",), (), ("nothing", "x")])
def test_without_a_known_command(words: tuple[str, ...]):
    assert not line(*words).command


@pytest.mark.parametrize(
    ("words", "place", "typed", "glued"),
    [
        (("",), "TARGET", "", ""),
        (("a", "b"), "TARGET", "b", ""),
        (("-j", ""), "N", "", ""),
        (("-j4", "x"), "TARGET", "x", ""),
        (("-n", "x"), "TARGET", "x", ""),
        (("-D", "mo"), "NAME=VALUE", "mo", ""),
        (("-Dmo",), "NAME=VALUE", "mo", "-D"),
        (("--define=mo",), "NAME=VALUE", "mo", "--define="),
        (("--force", "*.o"), "GLOB", "*.o", ""),
        (("-C", "sub"), "DIR", "sub", ""),
        (("--", "-x"), "TARGET", "-x", ""),
        (("--unknown", "x"), "TARGET", "x", ""),
    ],
)
def test_what_is_wanted(words: tuple[str, ...], place: str, typed: str, glued: str):
    found = line("build", *words)
    assert (found.place, found.typed, found.glued, found.is_option) == (place, typed, glued, False)


@pytest.mark.parametrize("word", ["-", "--", "--f", "--filter=x", "-n"])
def test_an_option_is_being_typed(word: str):
    assert line("build", "test", word).is_option


def test_a_command_without_arguments():
    assert line("gc", "").place == ""


def test_where_the_project_is_asked():
    request = line("build", "-C", "a", "--file=b.py", "-Dx=1", "--define", "y=2", "-D", "z", "t", "--profile", "ci", "")
    made = request.request()
    assert (made.directory, made.file, made.profile, made.defines) == ("a", "b.py", "ci", ("x=1", "y=2"))
    assert request.plain == ["t"]
