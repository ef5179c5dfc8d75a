"""The exit status and the words of every way in which a command can end."""

from __future__ import annotations

import errno

import pytest

from redo_py.cli.refusals import refused
from redo_py.ground.errors import ErrorList, RunError, StoreError, UsageError

PUT_RIGHT = "  hint: what had finished is recorded: put this right and run redun again\n"


def raising(error: BaseException):
    """A command that ends with `error`."""

    def command() -> int:
        raise error

    return command


def test_a_status_is_passed_on(capsys: pytest.CaptureFixture[str]):
    assert [refused(lambda: 0), refused(lambda: 1)] == [0, 1]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (UsageError("bad-define", text="x"), 2, "redun: -D takes NAME=VALUE, and not `x`\n"),
        (RunError("bad-define", text="x"), 1, "redun: -D takes NAME=VALUE, and not `x`\n"),
        (StoreError("bad-define", text="x"), 2, "redun: -D takes NAME=VALUE, and not `x`\n"),
        (
            ErrorList([UsageError("bad-define", text="x"), UsageError("bad-define", text="y")]),
            2,
            "redun: -D takes NAME=VALUE, and not `x`\nredun: -D takes NAME=VALUE, and not `y`\n",
        ),
        (KeyboardInterrupt(), 130, ""),
        (
            OSError(errno.ENOSPC, "No space left on device", "state"),
            1,
            f"redun: the system refused what redun needs: state: No space left on device\n{PUT_RIGHT}",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            f"redun: the system refused what redun needs: No space left on device\n{PUT_RIGHT}",
        ),
    ],
)
def test_what_is_said(error: BaseException, status: int, text: str, capsys: pytest.CaptureFixture[str]):
    assert refused(raising(error)) == status
    assert capsys.readouterr() == ("", text)


@pytest.mark.parametrize("error", [ValueError("odd"), OSError(errno.ENOENT, "No such file", "x")])
def test_a_mistake_of_ours_shows_where_it_was_made(error: Exception, capsys: pytest.CaptureFixture[str]):
    assert refused(raising(error)) == 3
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith(
        f"redun: this is a mistake of redun's own: {type(error).__name__}: {error}\n"
        "  hint: please report it with the lines above\n"
    )
