"""Both lanes read a plain `redun build` line alike: the fast lane's parser and typer's make equal requests."""

from __future__ import annotations

from inspect import unwrap
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from redo_py.app.request import Request
from redo_py.cli.application import app
from redo_py.cli.dispatch import parse
from redo_py.cli.fastlane import FLAGS, VALUES, parse_build
from redo_py.ground.errors import UsageError

PLAIN = [
    "",
    "all",
    "a b c",
    "-j4",
    "-j 4 all",
    "--jobs=4",
    "--jobs 4 x",
    "-n",
    "--dry-run all",
    "-B -n",
    "-k",
    "-k --max-failures 3",
    "--max-failures 3 -k",
    "--max-failures=2 --max-failures 5",
    "-D a=b",
    "-Da=b -D c=",
    "--define=x=y=z",
    "-D=x=1",
    "-C sub all -f other.py",
    "-Csub",
    "--directory=sub --file=x",
    "-C -n",
    "-q -v --explain --keep-failed",
    "- x",
    "a -j 2 b -k c",
]
WORDS = st.one_of(
    st.sampled_from([*FLAGS, *VALUES, "-k", "--keep-going", "--", "-", "", "4", "0", "a=b", "all"]),
    st.sampled_from(["--jobs=3", "-j2", "-Dx=y", "--force=*.o"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4),
    st.just("name\udcff"),
)


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines(line: str):
    fast = parse_build(line.split())
    assert fast is not None
    assert parse(["build", *line.split()]) == fast


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_any_line(words: list[str]):
    fast = parse_build(words)
    if fast is not None:
        assert parse(["build", *words]) == fast


@pytest.mark.parametrize(
    ("line", "targets", "arguments"),
    [
        ("test --filter x", ["test"], ["--filter", "x"]),
        ("test -j 2 --filter x -j 4", ["test"], ["--filter", "x", "-j", "4"]),
        ("-n test -x", ["test"], ["-x"]),
        ("test -nx y", ["test"], ["-nx", "y"]),
        ("test -- --jobs 3", ["test"], ["--jobs", "3"]),
        ("test --", ["test"], []),
        ("-- -odd other", ["-odd", "other"], []),
        ("a b -- -odd", ["a", "b", "-odd"], []),
    ],
)
def test_options_of_an_action(line: str, targets: list[str], arguments: list[str]):
    request = parse(["build", *line.split()])
    assert (request.targets, request.arguments) == (tuple(targets), tuple(arguments))


def test_several_letters_behind_one_dash():
    assert parse(["build", "-nBj3", "-kqv"]) == Request(
        jobs=3, dry=True, force_all=True, max_failures=None, quiet=True, verbose=True
    )


def test_print_ir():
    assert parse(["build", "--print-ir", "x"]) == Request(["x"], print_ir=True)


def test_only_numbers_are_converted():
    """Whatever is no text and no flag says so by its metavar, so that typer makes it of the word."""
    as_written = {str, str | None, bool, list[str], list[str] | None}
    converted = set()
    for command in get_command(app).commands.values():  # type: ignore[attr-defined]
        types = get_type_hints(unwrap(command.callback))
        converted |= {(types[each.name], each.metavar) for each in command.params if types[each.name] not in as_written}
    assert converted == {(int, "N"), (int | None, "N")}


WRONG = {
    "bulid": """\
redun: there is no command `bulid`
  hint: did you mean `redun build`?""",
    "src/a.o": """\
redun: there is no command `src/a.o`
  hint: `redun --help` lists the commands; `redun build src/a.o` builds the target src/a.o""",
    "--vers": """\
redun: `redun` has no option --vers
  hint: did you mean --version?""",
    "-x build": """\
redun: `redun` has no option -x
  hint: options of a command stand behind its name""",
    "build --jbos 3": """\
redun: `redun build` has no option --jbos
  hint: did you mean --jobs?""",
    "build -nx": """\
redun: `redun build` has no option -nx
  hint: `redun build --help` shows them all""",
    "build a b --filter x": """\
redun: `redun build` has no option --filter
  hint: did you mean --file?""",
    "targets --jsn": """\
redun: `redun targets` has no option --jsn
  hint: did you mean --json?""",
    "build -j": "redun: -j needs a value: -j N",
    "build -C": "redun: -C needs a value: -C DIR",
    "build --file=": "redun: --file needs a value: --file FILE",
    "build -j 0": "redun: -j takes a whole number from 1 on, and not `0`",
    "build --jobs=many": "redun: --jobs takes a whole number from 1 on, and not `many`",
    "build --max-failures -1": "redun: --max-failures takes a whole number from 1 on, and not `-1`",
    "build --dry-run=yes": "redun: --dry-run takes no value",
    "build -D mode": "redun: -D takes NAME=VALUE, and not `mode`",
    "build -D =x": "redun: -D takes NAME=VALUE, and not `=x`",
    "why": """\
redun: `redun why` needs a TARGET
  hint: `redun why TARGET` says why it would run, `redun why --in last` what the last build did""",
    "init a b": """\
redun: `redun init` has no use for `b`
  hint: `redun init --help` shows how it is used""",
    "log --output": "redun: `redun log --output TARGET` shows what TARGET printed when it last ran",
    "log --format=xml": "redun: --format takes text or json, and not `xml`",
}


@pytest.mark.parametrize(("line", "text"), WRONG.items())
def test_what_is_wrong_is_said(line: str, text: str):
    with pytest.raises(UsageError) as caught:
        parse(line.split())
    assert str(caught.value) == text
    assert caught.value.exit_status == 2
