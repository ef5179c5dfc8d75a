"""Reading a `redun run` line as far as the task."""

from __future__ import annotations

import inspect

import pytest

from redo_py.app.running.arguments.line import OPTIONS, read_line
from redo_py.app.running.arguments.request import RunRequest
from redo_py.cli.commands.run import run
from redo_py.cli.run import put_behind
from redo_py.ground.errors import UsageError


def read(line: str) -> RunRequest:
    """The request of the words behind `redun run`."""
    return read_line(line.split(), line.split())


def test_options_before_the_task():
    request = read("--no-cache -nj4 wf.py --tag a=1 -t b=2 main --x 1 --no-prov")
    assert request.plain == ("wf.py", "main")
    assert request.words == ("--x", "1", "--no-prov")
    assert (request.cache, request.dry, request.jobs, request.tags) == (False, True, 4, ["a=1", "b=2"])
    assert request.prov


def test_without_a_task():
    assert read("wf.py").plain == ("wf.py",)
    assert read("").plain == ()
    assert read("-h").help


@pytest.mark.parametrize(
    ("line", "plain", "words"),
    [
        ("--rerun wf.py 1a2b", ("wf.py", "1a2b"), ()),
        ("--rerun 1a2b-3c --x 1", ("1a2b-3c",), ("--x", "1")),
        ("--rerun package.module 1a2b --x 1", ("package.module", "1a2b"), ("--x", "1")),
    ],
)
def test_rerun_takes_an_id_with_or_without_the_script(line: str, plain: tuple[str, ...], words: tuple[str, ...]):
    request = read(line)
    assert (request.plain, request.words) == (plain, words)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("--no-cash wf.py main", "redun: `redun run` has no option --no-cash\n  hint: did you mean --no-cache?"),
        (
            "--quux wf.py main",
            "redun: `redun run` has no option --quux\n  hint: arguments of a task stand behind its name",
        ),
        ("--no-cache=1 wf.py main", "redun: --no-cache takes no value"),
        ("-j", "redun: -j needs a value: -j N"),
        ("-j 0 wf.py", "redun: -j takes a whole number from 1 on, and not `0`"),
        ("-t a wf.py", "redun: -t takes NAME=VALUE, and not `a`"),
        ("--log-level loud wf.py", "redun: --log-level takes error or warn or info or debug, and not `loud`"),
    ],
)
def test_what_is_refused(line: str, text: str):
    with pytest.raises(UsageError) as caught:
        read(line)
    assert str(caught.value) == text


def test_typer_shows_every_option():
    fields = {option.field for option in OPTIONS} - {"help"}
    assert fields == set(inspect.signature(run).parameters) - {"script", "task", "arguments"}
    assert fields <= set(RunRequest.__slots__)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("-c d run wf.py", "run -c d wf.py"),
        ("--config=d --log-level DEBUG run wf.py main", "run --config=d --log-level DEBUG wf.py main"),
        ("--setup-help run wf.py", "run --setup-help wf.py"),
        ("--setup-help", "run --setup-help"),
        ("-c d --setup-help", "run -c d --setup-help"),
        ("--setup-help log", "--setup-help log"),
        ("-c d", "-c d"),
        ("-c d log", "-c d log"),
        ("build run", "build run"),
        ("--version", "--version"),
    ],
)
def test_options_before_run(line: str, meant: str):
    assert put_behind(line.split()) == meant.split()
