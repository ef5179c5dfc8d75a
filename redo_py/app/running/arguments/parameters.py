"""The arguments of a task on a command line: what there is to be given, and what was given."""

from __future__ import annotations

from redo_py.app.running.arguments.line import take_option
from redo_py.app.running.arguments.parser import TEXT, Parser
from redo_py.app.running.arguments.parsers import parser_of
from redo_py.app.running.arguments.scalars import Misfit
from redo_py.ground.errors import UsageError
from redo_py.tasks.declaration.session import SESSION
from redo_py.values.codec import Unreadable, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.app.running.arguments.request import RunRequest
    from redo_py.tasks.task import Task

NOT_GIVEN = ("JobInfo",)  # classes of parameters that redun itself fills


class Parameter:
    """One parameter of a function as an option."""

    __slots__ = ("default", "is_required", "name", "option", "parser")

    def __init__(self, name: str, parser: Parser, is_required: bool, default: Any) -> None:
        self.name = name
        self.option = "--" + name.replace("_", "-")
        self.parser = parser
        self.is_required = is_required
        self.default = default  # None if it is required; () for *args

    @property
    def is_flag(self) -> bool:
        """Whether it may stand without a value."""
        return self.parser.metavar == "BOOL"


def parameters_of(task: Task) -> dict[str, Parameter]:
    """What can be given to `task`, by name, in the order of its signature."""
    signature, hints = task.parameters, hints_of(described(task.func))
    found: dict[str, Parameter] = {}
    for name in signature.parameters:
        if name == signature.double_star:
            continue
        hint = hints.get(name)
        if getattr(hint, "__name__", "") in NOT_GIVEN or signature.defaults.get(name) is SESSION:
            continue
        parser = TEXT if hint is None else parser_of(hint)
        if name == signature.star:
            parser = Parser(f"{parser.metavar}...", parser.wanted, _each(parser), True)
        has_default = name in signature.defaults or name == signature.star
        default = () if name == signature.star else signature.defaults.get(name)
        found[name] = Parameter(name, parser, not has_default, default)
    return found


def others_of(task: Task) -> Parser | None:
    """How the values of further arguments are written, those of **kwargs; None if `task` takes none."""
    name = task.parameters.double_star
    if not name:
        return None
    hint = hints_of(described(task.func)).get(name)
    return TEXT if hint is None else parser_of(hint)


def described(function: Any) -> Callable[..., Any]:
    """The function whose annotations say what `function` takes: what a wrapper wraps."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function  # type: ignore[no-any-return]


def _each(parser: Parser) -> Callable[[Any], Any]:
    return lambda given: [parser.read(item) for item in given]


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of `function`; those that cannot be evaluated now, such as names that only type checkers import,
    are left out."""
    found: dict[str, Any] = dict(getattr(function, "__annotations__", None) or {})
    if all(isinstance(hint, type) for hint in found.values()):
        return found
    from typing import get_type_hints

    evaluated = {}
    for name, hint in found.items():
        holder: Any = type("Holder", (), {"__annotations__": {name: hint}})
        try:
            evaluated.update(get_type_hints(holder, getattr(function, "__globals__", {}), include_extras=True))
        except Exception:
            continue
    return evaluated


def reads(parser: Parser, word: str) -> bool:
    """Whether `parser` takes `word`."""
    try:
        parser.read(word)
    except Misfit:
        return False
    return True


class Reader:
    """Reads the words behind the name of a task. `shows` is the command line that shows its arguments; options of redun
    go to `request`, and there are none without it."""

    def __init__(self, task: Task, shows: str, request: RunRequest | None) -> None:
        self.task = task
        self.shows = shows
        self.request = request
        self.parameters = parameters_of(task)
        self.others = others_of(task)
        self.by_option = {parameter.option: parameter for parameter in self.parameters.values()}
        for parameter in self.parameters.values():
            self.by_option.setdefault(f"--{parameter.name}", parameter)
            if self.others is None:  # which could be meant otherwise
                self.by_option.setdefault(parameter.option.lower(), parameter)  # redun has them in small letters
        self.given: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}  # for **kwargs
        self.lost: Sequence[str] = ()  # arguments of a call that is repeated which nobody can give again

    def read(self, words: Sequence[str]) -> None:
        """Take all of `words`: arguments of the task, options of redun. Raises UsageError."""
        rest = list(reversed(words))
        lists: set[str] = set()  # parameters with several values that have them already
        while rest:
            word = rest.pop()
            option, equals, value = word.partition("=") if word[:2] == "--" else (word, "", "")
            if option in self.by_option:
                if equals:
                    rest.append(value)
                if (parameter := self.by_option[option]).parser.reads_words:
                    if parameter.name in lists:
                        raise UsageError("argument-twice", option=option)
                    lists.add(parameter.name)
                self._take(self.by_option[option], option, rest, bool(equals))
            elif (positive := self._negated(option)) is not None and not equals:
                self.given[positive.name] = False
            elif self.request and word[:1] == "-" and word != "-" and take_option(self.request, word, rest):
                continue
            elif word[:2] == "--" and self.others is not None:
                if equals:
                    rest.append(value)
                name = option[2:].replace("-", "_")
                self.extra[name] = self._read(self.others, option, self._words(self.others, option, rest, bool(equals)))
            else:
                raise self._no_such(word)

    def take_input(self, path: str) -> None:
        """Take the arguments that are pickled at `path` as (args, kwargs), but for those that have been given already.
        Raises UsageError."""
        try:
            with open(path, "rb") as stream:
                args, kwargs = load("pickle", stream.read())
            names = self.task.parameters.plain
            found = dict(zip(names[: len(args)], args, strict=True))
            unknown = [name for name in kwargs if name not in self.parameters]
            if unknown:
                raise KeyError(unknown[0])
            self.given = {**found, **kwargs, **self.given}
        except OSError as error:
            raise UsageError("input-unreadable", path=path, reason=error.strerror) from None
        except Unreadable as error:
            raise UsageError("input-unreadable", path=path, reason=str(error)) from None
        except (TypeError, ValueError, KeyError) as error:
            reason = f"it must hold (args, kwargs) for `{self.task.name}`: {type(error).__name__}: {error}"
            raise UsageError("input-unreadable", path=path, reason=reason) from None

    def _negated(self, option: str) -> Parameter | None:
        """The flag that `--no-...` turns off."""
        parameter = self.by_option.get(f"--{option[5:]}") if option[:5] == "--no-" else None
        return parameter if parameter is not None and parameter.is_flag else None

    def _take(self, parameter: Parameter, option: str, rest: list[str], is_glued: bool) -> None:
        """Take the value of `parameter` from the end of `rest`."""
        parser = parameter.parser
        if parameter.is_flag and not is_glued and not (rest and reads(parser, rest[-1])):
            given: Any = "true"
        else:
            given = self._words(parser, option, rest, is_glued)
        self.given[parameter.name] = self._read(parser, option, given)

    def _words(self, parser: Parser, option: str, rest: list[str], is_glued: bool) -> str | list[str]:
        """The word or words that `parser` reads, from the end of `rest`."""
        if parser.reads_words:
            return [rest.pop()] if is_glued else self._several(rest)
        if not rest or (self._is_option(rest[-1]) and rest[-1].partition("=")[0] in self._all_options()):
            raise UsageError("option-needs-value", option=option, value=parser.metavar)
        return rest.pop()

    def _read(self, parser: Parser, option: str, given: str | list[str]) -> Any:
        """The value that `given` is."""
        try:
            return parser.read(given)
        except Misfit as misfit:
            shown = " ".join(given) if isinstance(given, list) else given
            raise UsageError(
                "argument-value", option=option, wanted=parser.wanted, value=shown, reason=str(misfit)
            ) from None

    def _several(self, rest: list[str]) -> list[str]:
        """All words up to the next option."""
        words = []
        while rest and not self._is_option(rest[-1]):
            words.append(rest.pop())
        return words

    def _is_option(self, word: str) -> bool:
        """Whether `word` is no value: negative numbers are."""
        return word[:2] == "--" or (word[:1] == "-" and len(word) > 1 and not word[1:2].isdigit() and word[1] != ".")

    def _all_options(self) -> list[str]:
        from redo_py.app.running.arguments.line import KNOWN

        return [*self.by_option, *(KNOWN if self.request else ())]

    def check_complete(self) -> None:
        """Raises UsageError if something is missing that has no default, or that had another value than that."""
        for name in self.lost:
            if name not in self.given:
                raise UsageError("argument-lost", task=self.task.name, name=name, option=self.parameters[name].option)
        missing = [each for each in self.parameters.values() if each.is_required and each.name not in self.given]
        if missing:
            shown = " and ".join(f"{each.option} {each.parser.metavar}" for each in missing)
            raise UsageError("missing-task-argument", task=self.task.name, arguments=shown, shows=self.shows)

    def call(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """(args, kwargs) for the task: what was given, and nothing else."""
        signature, given = self.task.parameters, dict(self.given)
        args: list[Any] = []
        positional = signature.plain if given.get(signature.star) else signature.plain[: signature.positional_only]
        for name in positional:
            if name in given:
                args.append(given.pop(name))
            elif name in signature.defaults:
                args.append(signature.defaults[name])
        args.extend(given.pop(signature.star, ()))
        return tuple(args), {**given, **self.extra}

    def _no_such(self, word: str) -> UsageError:
        if word[:1] != "-":
            hint = f"write {next(iter(self.by_option))} {word}" if len(self.parameters) == 1 else ""
            hint = hint or f"arguments are written as --name value: `{self.shows}` shows them"
            return UsageError("no-use-for-word", task=self.task.name, word=word, hint=hint)
        from difflib import get_close_matches

        option = word.partition("=")[0]
        close = get_close_matches(option, self._all_options(), 1)
        hint = f"did you mean {close[0]}?" if close else f"`{self.shows}` shows its arguments"
        return UsageError("no-such-argument", task=self.task.name, option=option, hint=hint)
