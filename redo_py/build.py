"""The built-in names of redunfiles, for rules in Python modules, and for editors.

Generated: front/redunfile/builtins/stubs.py. A redunfile knows these names without importing them, and is read, never
executed. Rules in a module are read in the same way; what the names do when Python runs the module is in
front/embedded/answers.py.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.values.file import File

    Texts = str | Sequence[str]


def _answered(name: str, given: dict[str, Any]) -> Any:
    from redo_py.config.environment import environment
    from redo_py.front.embedded.answers import answer

    return answer(name, given, environment)


def rule(*patterns: Texts, where: Any = None, shell: str = "", **options: Any) -> Any:
    """How files are made: `@rule("build/{stem}.o")` above a `def`.

    Several patterns are several outputs of one run, keyword patterns (`c="gen/{n}.c"`) have names, a `/` at
    the end makes a folder. The parameters of the def are `out` and the placeholders. `where` says what a
    placeholder may be: a list of texts or a regular expression. Options: `always`, `cache`, `cpus`,
    `env`, `executor`, `gpus`, `limits`, `memory`, `pool`, `retries`, `temp`, `timeout`, `tracked`, `version`,
    and with `executor` those that its jobs have.
    """
    return _answered("rule", locals())


def action(name: Any = None, *, shell: str = "", **options: Any) -> Any:
    """Something to do: runs whenever it is asked for. Parameters are options on the command line."""
    return _answered("action", locals())


def check(name: Any = None, *, shell: str = "", **options: Any) -> Any:
    """A test: its success is remembered until something that it used changes."""
    return _answered("check", locals())


def group(name: str, *targets: Any) -> Any:
    """A name for several targets."""
    return _answered("group", locals())


def default(*targets: Any) -> None:
    """What is built when nothing is asked for."""
    _answered("default", locals())


def pool(name: str, depth: int) -> str:
    """At most `depth` jobs with the option `pool=name` run at once."""
    answer: str = _answered("pool", locals())
    return answer


def include(*folders: Texts) -> None:
    """The redunfiles in these folders take part in the build.

    What `sub/redunfile.py` names is `//sub:name`, its paths are relative to sub/, its commands run there.
    `from .sub.redunfile import NAME` includes it, too, and takes over what it has bound to NAME.
    """
    _answered("include", locals())


def source(*paths: Texts) -> None:
    """Paths and globs that no pattern may claim."""
    _answered("source", locals())


def task(function: Any, **options: Any) -> Any:
    """An imported function or task with options: `task(train, retries=3, timeout="2h")`."""
    return _answered("task", locals())


def need(*paths: Any, order_only: bool = False, missing_ok: bool = False) -> Any:
    """Files to be there, and up to date, before; gives a File, or a list of them.

    It takes paths, globs, lists, groups and lazy values.
    `order_only=True`: it must be there, what it holds does not matter.
    `missing_ok=True`: its absence is a content like any other.
    """
    return _answered("need", locals())


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
    _answered("sh", locals())


def raw(text: Any) -> Any:
    """A text that stands in a command as it is, without quotes."""
    return _answered("raw", locals())


def args_file(*items: Any) -> Any:
    """`@path` of a file that holds these words: for lists too long for a command line.

    The file is in `.redun/args`, written anew each time before the command runs; old ones are removed some day.
    """
    return _answered("args_file", locals())


def fail(message: str) -> None:
    """Stop with this message, here."""
    _answered("fail", locals())


def glob(*patterns: Texts, exclude: Texts = ()) -> list[File]:
    """The source files that match, in bytewise order.

    `*`, `?` and `[...]` stay within a name, `**` is any number of folders. Files that begin with a dot are
    listed only if the pattern names the dot. No match is an empty list and a warning. A glob reads sources: a
    rule of the plan that makes a path which the pattern would match is an error.
    """
    answer: list[File] = _answered("glob", locals())
    return answer


def stems(pattern: str) -> list[Any]:
    """What the placeholder of `pattern` stands for in the existing files; tuples if there are several.

    `stems("data/{sample}_R1.fq.gz")` lists the samples.
    """
    answer: list[Any] = _answered("stems", locals())
    return answer


def env(name: str, default: Any = "") -> Any:
    """The environment variable `name`, or the default; commands whose text names it get it, too."""
    return _answered("env", locals())


def config(name: str, default: Any, choices: Sequence[Any] = ()) -> Any:
    """A setting: `-D NAME=VALUE`, else `[config]` of redun.toml, else the default, with the default's type."""
    return _answered("config", locals())


def words(text: Any) -> Any:
    """The words of a text, split as a shell does: `CC = words(env("CC", "cc"))`; of a lazy text a lazy list."""
    return _answered("words", locals())


def lines(path: Any) -> Any:
    """The lines of a source file. `lines(need(x))` is lazy: the lines of a file once it is made."""
    return _answered("lines", locals())


def table(path: Any, delimiter: str = "") -> Any:
    """The rows of a table, each a dict from the names in its first line to texts.

    What stands between the cells follows from the name (.csv, .tsv), or is `delimiter`. Cells are quoted as in
    CSV files; empty lines say nothing. `table(need(x))` is lazy.
    """
    return _answered("table", locals())


def data(path: Any) -> Any:
    """What a TOML, JSON or YAML file says, as dicts, lists, texts and numbers; dates are texts.

    `data(need(x))` is lazy. YAML needs the package PyYAML.
    """
    return _answered("data", locals())


def stdout(command: str, *, env: Any = None, cwd: Any = "") -> Any:
    """What a command writes to its standard output, without the newlines at its end: a lazy text.

    It is asked in every build, and must not change anything; what depends on the answer runs again only if the
    answer differs. `words(stdout(...))` are its words. Holes, `env` and `cwd` are those of `sh`.
    """
    return _answered("stdout", locals())
