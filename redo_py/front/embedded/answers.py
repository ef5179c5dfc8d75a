"""What the built-in names do when Python itself runs a module: the decorators mark, the declarations say nothing new,
and what asks the world is answered as redun answers it.

A module is imported when one of its tasks is to run. What its top level asks for then, such as `config("mode", "")`,
has the value that the rules have seen. Only an import is answered: a task gets such values as arguments, for what it
asked for by itself nobody would know. Without a build `env` and `words` work, `config` gives its default.
"""

from __future__ import annotations

import os
import sys
from _weakref import ref

from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Redunfile

    Given = dict[str, Any]

_BODIES = frozenset(["args_file", "need", "sh"])
_STEPS = 3  # frames from `answer` to the one that calls a built-in name

_answering: ref[Redunfile] | None = None


def answer_by(redunfile: Redunfile) -> None:
    """From now on, as long as `redunfile` lives, modules that are imported are answered as it is."""
    global _answering
    _answering = ref(redunfile)


class Rule:
    """A rule, action or check of a module, as Python sees it: its body is for redun to read, not to be called."""

    def __init__(self, kind: str, function: Callable[..., Any], patterns: tuple[Any, ...]) -> None:
        self.kind = kind  # "rule" "action" "check"
        self.name = self.__name__ = function.__name__
        self.doc = self.__doc__ = function.__doc__
        self.patterns = patterns  # as they were given; those with a keyword are (keyword, pattern)
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"the {self.kind} `{self.name}` cannot be called: ask `redun build` for what it makes")

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class Group:
    """`group(...)` of a module, as Python sees it."""

    def __init__(self, name: str, targets: tuple[Any, ...]) -> None:
        self.name = name
        self.targets = targets


def answer(name: str, given: Given, environment: Callable[[], Mapping[str, str]]) -> Any:
    """The value of a call of the built-in `name` by Python; `given` is parameter -> argument, `environment` reads the
    variables of the process.

    Raises RuntimeError where it means nothing, UsageError for what is wrong with the arguments in a build.
    """
    caller = sys._getframe(_STEPS)
    if name in _MARKS:
        return _MARKS[name](given)
    if name in _BODIES:
        raise RuntimeError(f"{name}(...) belongs into the body of a rule, action or check")
    redunfile = _answering() if _answering is not None else None
    if redunfile is None:
        if name == "env":
            return environment().get(given["name"], given["default"])
        if name in _ANYWHERE:
            return _ANYWHERE[name](given)
        raise RuntimeError(f"{name}(...) is answered by `redun build` only: call it in the body of a rule")
    if _is_import(caller):
        return _answer_import(redunfile, name, given, caller)
    raise RuntimeError(f"{name}(...) has no answer inside a task: give its value to the task as an argument")


def _is_import(frame: FrameType) -> bool:
    """Whether the code of `frame` runs because its module is being imported."""
    return bool(getattr(frame.f_globals.get("__spec__"), "_initializing", False))


def _answer_import(redunfile: Redunfile, name: str, given: Given, caller: FrameType) -> Any:
    """The value that `redunfile` has for it."""
    from redo_py.front.redunfile.builtins.table import TABLE
    from redo_py.front.redunfile.evaluation.calls import call_builtin
    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Pass
    from redo_py.front.redunfile.loading.statements import run_function

    if name == "config" and given["name"] in redunfile.configs:
        return redunfile.configs[given["name"]].value
    if name == "env":  # asked by Python, not by the redunfile: its commands do not get the variable for that
        value = redunfile.reads.variable(given["name"])
        return given["default"] if value is None else value
    args, kwargs = _arguments(TABLE[name].function, given)
    try:
        return call_builtin(Machine(redunfile, run_function), Pass(1, 1), TABLE[name], args, kwargs)
    except UsageError as error:
        error.span, error.source = Span(os.path.relpath(caller.f_code.co_filename), caller.f_lineno, 1), None
        raise


def _arguments(function: Callable[..., Any], given: Given) -> tuple[list[Any], Given]:
    """`given` as the evaluator of a built-in takes it, behind its machine and node."""
    code = function.__code__
    by_place = code.co_varnames[2 : code.co_argcount]
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    rest = [value for key, value in given.items() if key not in (*by_place, *by_name)]
    stars = [item for value in rest if isinstance(value, tuple) for item in value]
    named = {key: item for value in rest if isinstance(value, dict) for key, item in value.items()}
    return [*(given[key] for key in by_place), *stars], {**{key: given[key] for key in by_name}, **named}


# ---- what marks and declares


def _rule(given: Given) -> Any:
    patterns = given["patterns"]
    if any(map(callable, patterns)):
        raise RuntimeError('a rule needs the path that it makes: `@rule("build/{stem}.o")`')
    named = tuple((key, value) for key, value in given["options"].items() if isinstance(value, str))
    return lambda function: Rule("rule", function, (*patterns, *named))


def _action(given: Given) -> Any:
    return _target("action", given["name"])


def _check(given: Given) -> Any:
    return _target("check", given["name"])


def _target(kind: str, name: Any) -> Any:
    return Rule(kind, name, ()) if callable(name) else lambda function: Rule(kind, function, ())


_MARKS: dict[str, Callable[[Given], Any]] = {
    "rule": _rule,
    "action": _action,
    "check": _check,
    "group": lambda given: Group(given["name"], given["targets"]),
    "default": lambda given: None,
    "include": lambda given: None,
    "pool": lambda given: given["name"],
    "source": lambda given: None,
    "task": lambda given: given["function"],
    "raw": lambda given: given["text"],
}


def _words(given: Given) -> list[str]:
    from redo_py.ir.words import split_words

    return split_words(given["text"])


_ANYWHERE: dict[str, Callable[[Given], Any]] = {
    "config": lambda given: given["default"],
    "words": _words,
}
