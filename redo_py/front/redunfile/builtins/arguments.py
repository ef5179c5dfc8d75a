"""The parameters of an action as options of the command line: `--filter x`, `--count=3`, `--fast`, `--no-fast`."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.windows import WANTED, typed
from redo_py.front.redunfile.grammar.syntax import Name
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Recipe, Redunfile
    from redo_py.front.redunfile.grammar.syntax import Parameter

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list}


def type_of(recipe: Recipe, parameter: Parameter) -> type:
    """What a parameter takes: by its annotation, else by its default, else a text."""
    if isinstance(parameter.annotation, Name) and parameter.annotation.id in _TYPES:
        return _TYPES[parameter.annotation.id]
    default = recipe.function.defaults.get(parameter.name)
    return type(default) if type(default) in _TYPES.values() else str


def parse_arguments(redunfile: Redunfile, recipe: Recipe, argv: Sequence[str]) -> dict[str, Any]:
    """Parameter -> value for what `argv` gives. Raises UsageError for what does not fit."""
    parameters = {each.name: each for each in recipe.function.node.parameters}
    found: dict[str, Any] = {}
    words = list(argv)
    while words:
        word = words.pop(0)
        if word[:1] == "-" and word[:2] != "--":
            raise UsageError("option-of-redun", name=recipe.name, option=word)
        if word[:2] != "--" or len(word) == 2:
            raise UsageError("too-many-words", name=recipe.name, word=word)
        name, value = _option(recipe, parameters, word, words)
        found[name] = [*found.get(name, []), *value] if isinstance(value, list) else value
    check_complete(redunfile, recipe, found)
    return found


def check_complete(redunfile: Redunfile, recipe: Recipe, found: dict[str, Any]) -> None:
    """Raise UsageError if a parameter without a default was not given."""
    for name in (each.name for each in recipe.function.node.parameters):
        if name not in found and name not in recipe.function.defaults:
            raise redunfile.error("missing-option", recipe.span, name=recipe.name, option=_spelled(name))


def _option(recipe: Recipe, parameters: dict[str, Parameter], word: str, words: list[str]) -> tuple[str, Any]:
    """Read `word`, an option, with its value from `words`."""
    spelled, equals, text = word[2:].partition("=")
    name = spelled.replace("-", "_")
    if name not in parameters and name.startswith("no_") and not equals:
        parameter = parameters.get(name[3:])
        if parameter is not None and type_of(recipe, parameter) is bool:
            return parameter.name, False
    if name not in parameters:
        known = [_spelled(each) for each in parameters]
        hint = closest("--" + spelled, known) or ("it takes " + ", ".join(known) if known else "it takes none")
        raise UsageError("unknown-parameter", name=recipe.name, option="--" + spelled, hint=hint)
    parameter = parameters[name]
    if type_of(recipe, parameter) is bool and not equals:
        return name, True
    if not equals:
        if not words or words[0][:1] == "-":
            raise UsageError("option-without-value", name=recipe.name, option="--" + spelled)
        text = words.pop(0)
    return name, _typed(recipe, parameter, text)


def _spelled(name: str) -> str:
    return "--" + name.replace("_", "-")


def _typed(recipe: Recipe, parameter: Parameter, text: str) -> Any:
    wanted = type_of(recipe, parameter)
    if wanted is list:
        return [text]
    if wanted is str:
        return text
    try:
        return typed(text, wanted)
    except ValueError:
        option = _spelled(parameter.name)
        raise UsageError("bad-option-value", name=recipe.name, option=option, text=text, kind=WANTED[wanted]) from None
