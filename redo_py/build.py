"""The built-in names of redunfiles, for editors, linters and type checkers. Generated: see front/redunfile/stubs.py.

A redunfile knows these names without importing them, and is read, never executed: nothing here does anything.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from redo_py.values.file import File

    Texts = str | Sequence[str]


def _belongs_in_a_redunfile(name: str) -> NoReturn:
    raise RuntimeError(f"{name}(...) means something in a redunfile only: run it with `redun build`")


def rule(*patterns: Texts, where: Any = None, shell: str = "", **options: Any) -> Any:
    """How files are made: `@rule("build/{stem}.o")` above a `def`.

    Several patterns are several outputs of one run, keyword patterns (`c="gen/{n}.c"`) have names, a `/` at
    the end makes a folder. The parameters of the def are `out` and the placeholders. `where` says what a
    placeholder may be: a list of texts or a regular expression. Options: `always`, `executor`, `pool`,
    `retries`, `temp`, `timeout`, `tracked`.
    """
    _belongs_in_a_redunfile("rule")


def action(name: Any = None, *, shell: str = "", **options: Any) -> Any:
    """Something to do: runs whenever it is asked for. Parameters are options on the command line."""
    _belongs_in_a_redunfile("action")


def check(name: Any = None, *, shell: str = "", **options: Any) -> Any:
    """A test: its success is remembered until something that it used changes."""
    _belongs_in_a_redunfile("check")


def group(name: str, *targets: Any) -> Any:
    """A name for several targets."""
    _belongs_in_a_redunfile("group")


def default(*targets: Any) -> None:
    """What is built when nothing is asked for."""
    _belongs_in_a_redunfile("default")


def pool(name: str, depth: int) -> str:
    """At most `depth` jobs with the option `pool=name` run at once."""
    _belongs_in_a_redunfile("pool")


def source(*paths: Texts) -> None:
    """Paths and globs that no pattern may claim."""
    _belongs_in_a_redunfile("source")


def task(function: Any, **options: Any) -> Any:
    """An imported function or task with options: `task(train, retries=3, timeout="2h")`."""
    _belongs_in_a_redunfile("task")


def need(*paths: Any, order_only: bool = False, missing_ok: bool = False) -> Any:
    """Files to be there, and up to date, before; gives a File, or a list of them.

    It takes paths, globs, lists, groups and lazy values.
    `order_only=True`: it must be there, what it holds does not matter.
    `missing_ok=True`: its absence is a content like any other.
    """
    _belongs_in_a_redunfile("need")


def sh(
    command: str,
    *,
    depfile: Any = None,
    env: Any = None,
    cwd: Any = "",
    stdin: Any = None,
    shell: str = "",
    **variables: Any,
) -> None:
    """A command, run by bash with `-euo pipefail`. Holes of an f-string are quoted; lists are several words.

    `depfile` is a make-style file of what it read, `env` the variables it sees (other keywords are too), `cwd`
    its folder, `stdin` the file it reads, `shell` another interpreter.
    """
    _belongs_in_a_redunfile("sh")


def raw(text: Any) -> Any:
    """A text that stands in a command as it is, without quotes."""
    _belongs_in_a_redunfile("raw")


def args_file(*items: Any) -> Any:
    """`@path` of a file that holds these words: for lists too long for a command line.

    The file is in `.redun/args`, written anew each time before the command runs; old ones are removed some day.
    """
    _belongs_in_a_redunfile("args_file")


def fail(message: str) -> None:
    """Stop with this message, here."""
    _belongs_in_a_redunfile("fail")


def glob(*patterns: Texts, exclude: Texts = ()) -> list[File]:
    """The source files that match, in bytewise order.

    `*`, `?` and `[...]` stay within a name, `**` is any number of folders. Files that begin with a dot are
    listed only if the pattern names the dot. No match is an empty list and a warning. A glob reads sources: a
    rule of the plan that makes a path which the pattern would match is an error.
    """
    _belongs_in_a_redunfile("glob")


def stems(pattern: str) -> list[Any]:
    """What the placeholder of `pattern` stands for in the existing files; tuples if there are several.

    `stems("data/{sample}_R1.fq.gz")` lists the samples.
    """
    _belongs_in_a_redunfile("stems")


def env(name: str, default: Any = "") -> Any:
    """The environment variable `name`, or the default; commands whose text names it get it, too."""
    _belongs_in_a_redunfile("env")


def config(name: str, default: Any, choices: Sequence[Any] = ()) -> Any:
    """A setting: `-D NAME=VALUE`, else `[config]` of redun.toml, else the default, with the default's type."""
    _belongs_in_a_redunfile("config")


def lines(path: Any) -> Any:
    """The lines of a source file. `lines(need(x))` is lazy: the lines of a file once it is made."""
    _belongs_in_a_redunfile("lines")


def words(text: str) -> list[str]:
    """The words of a text, split as a shell does: `CC = words(env("CC", "cc"))`."""
    _belongs_in_a_redunfile("words")
