"""Settings files: what they may say, and how it reads when they say something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from redo_py.config.layers import Layer, merged
from redo_py.config.schema import Artifacts, Build, Code, Compat, File, Run, Tasks, known
from redo_py.config.settings import DEFAULTS, Settings, checked, command_environment, is_ours
from redo_py.ground.errors import ErrorList, UsageError

SECTIONS = ("build", "artifacts", "code", "tasks", "run", "compat")  # whose settings have names of two parts
ROOT = Path(__file__).resolve().parents[3]


def told(content: str | bytes, name: str = "redun.toml") -> str:
    """What is said about a file with this content."""
    with pytest.raises((UsageError, ErrorList)) as caught:
        checked(name, content if isinstance(content, bytes) else content.encode())
    return str(caught.value)


def test_an_empty_file_says_nothing():
    assert checked("redun.toml", b"") == {}
    assert merged(DEFAULTS, [Layer({})]) == DEFAULTS


def test_every_setting():
    values = checked(
        "redun.toml",
        b"""
        root = true
        [build]
        jobs = 3
        tools = "path"
        pass_env = ["A", "B"]
        [artifacts]
        max_file = 10
        max_total = 20
        [code]
        packages = ["numpy"]
        [config]
        mode = "debug"
        """,
    )
    settings = Settings(merged(DEFAULTS, [Layer(values)]))
    assert (settings.jobs, settings.tools, settings.pass_env) == (3, "path", ["A", "B"])
    assert (settings.max_file, settings.max_total, settings.packages) == (10, 20, ["numpy"])
    assert settings.config == {"mode": "debug"}
    assert values["root"] is True


def test_pyproject():
    values = checked("pyproject.toml", b"[project]\nname = 'x'\n[tool.redun.build]\njobs = 2\n")
    assert values["build"]["jobs"] == 2


def test_which_file_is_read():
    assert is_ours("redun.toml", b"")
    assert is_ours("pyproject.toml", b"[tool.redun]\n")
    assert not is_ours("pyproject.toml", b"[project]\n")


def test_the_environment_of_commands():
    given = {"PATH": "/bin", "HOME": "/h", "SECRET": "x", "LANG": "de"}
    assert command_environment(given) == {"PATH": "/bin", "HOME": "/h", "LANG": "C.UTF-8"}


WRONG = {
    "[build]\njbos = 3\n": """\
redun.toml:2:1: there is no setting build.jbos
     2 | jbos = 3
       | ^
  hint: did you mean build.jobs?""",
    "[elsewhere]\nx = 1\n": """\
redun.toml:1:2: there is no setting elsewhere
     1 | [elsewhere]
       |  ^
  hint: docs/settings.md lists them all""",
    '[build]\njobs = "many"  # all\n': """\
redun.toml:2:8: build.jobs must be a whole number
     2 | jobs = "many"  # all
       |        ^""",
    '[executors.x]\ncpus = "many"\n': """\
redun.toml:2:8: executors.x.cpus must be a number
     2 | cpus = "many"
       |        ^""",
    "[executors.x]\nretries = 1.5\n": """\
redun.toml:2:11: executors.x.retries must be a whole number
     2 | retries = 1.5
       |           ^""",
    "[config]\njobs = 0\n\n[build]\n  jobs = 0\n": """\
redun.toml:5:10: build.jobs must be at least 1
     5 |   jobs = 0
       |          ^""",
    "build.jobs = -1\n": """\
redun.toml:1:14: build.jobs must be at least 1
     1 | build.jobs = -1
       |              ^""",
    '[build]\ntools = "mtime"\n': """\
redun.toml:2:9: build.tools must be "digest", "path" or "ignore"
     2 | tools = "mtime"
       |         ^""",
    '[build]\npass_env = "HOME"\n': """\
redun.toml:2:12: build.pass_env must be a list
     2 | pass_env = "HOME"
       |            ^""",
    '[build]\npass_env = ["HOME", 3]\n': """\
redun.toml:2:21: item 2 of build.pass_env must be a text
     2 | pass_env = ["HOME", 3]
       |                     ^""",
    '[build]\npass_env = [ # "X",\n  "A,]", \'B"\',\n  """C\nD""",\n  [1, 2],\n]\n[limits]\n3 = 0\n': """\
redun.toml:6:3: item 4 of build.pass_env must be a text
     6 |   [1, 2],
       |   ^
redun.toml:9:5: limits.3 must be at least 1
     9 | 3 = 0
       |     ^""",
    "build = 3\n": """\
redun.toml:1:9: build must be a table
     1 | build = 3
       |         ^""",
    'root = "yes"\n': """\
redun.toml:1:8: root must be true or false
     1 | root = "yes"
       |        ^""",
    "config = 1\n": """\
redun.toml:1:10: config must be a table
     1 | config = 1
       |          ^""",
    "build = { jobs = 1.5 }\n": """\
redun.toml:1:9: build.jobs must be a whole number
     1 | build = { jobs = 1.5 }
       |         ^""",
    "[build]\njobs =\n": """\
redun.toml:2:7: no valid TOML: invalid value
     2 | jobs =
       |       ^""",
    '[build]\njobs = "': """\
redun.toml:2:9: no valid TOML: unterminated string
     2 | jobs = "
       |         ^""",
    "[build\n": """\
redun.toml:1:7: no valid TOML: expected ']' at the end of a table declaration
     1 | [build
       |       ^""",
    "[build]\nx = 1\njobs = true\n[artifacts]\nmax = 1\n": """\
redun.toml:2:1: there is no setting build.x
     2 | x = 1
       | ^
  hint: docs/settings.md lists them all
redun.toml:3:8: build.jobs must be a whole number
     3 | jobs = true
       |        ^
redun.toml:5:1: there is no setting artifacts.max
     5 | max = 1
       | ^
  hint: did you mean artifacts.max_file?""",
}


@pytest.mark.parametrize(("content", "text"), WRONG.items())
def test_what_is_wrong_is_shown_at_its_line(content: str, text: str):
    assert told(content) == text


def test_bytes_that_are_no_text():
    assert told(b"root = true\n# caf\xe9\n") == (
        "redun.toml:2:6: no valid TOML: it must be UTF-8\n     2 | # caf\ufffd\n       |      ^"
    )


def test_a_place_in_pyproject():
    content = "[tool.other.build]\njobs = 'a'\n\n[tool.redun.build]\njobs = 'a'\n"
    assert told(content, "pyproject.toml").startswith("pyproject.toml:5:8: build.jobs must be a whole number\n")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "tool = 3  # tool.redun\n",
            "pyproject.toml:1:8: tool must be a table\n     1 | tool = 3  # tool.redun\n       |        ^",
        ),
        (
            "[tool]\nredun = 3  # tool.redun\n",
            "pyproject.toml:2:9: tool.redun must be a table\n     2 | redun = 3  # tool.redun\n       |         ^",
        ),
    ],
)
def test_what_is_no_table_in_pyproject(content: str, text: str):
    assert told(content, "pyproject.toml") == text


def test_every_setting_is_documented():
    page = (ROOT / "docs/settings.md").read_text()
    assert [name for name in known() if f"| `{name}` |" not in page] == []


def test_every_setting_describes_itself():
    sections: list[type[BaseModel]] = [Build, Artifacts, Code, Tasks, Run, Compat]
    described = {name: field for section in sections for name, field in section.model_fields.items()}
    described |= {name: File.model_fields[name] for name in File.model_fields if name not in SECTIONS}
    assert len(described) == len(known())
    assert [name for name, field in described.items() if not field.description] == []
