"""From an annotation to the parser of what a command line says for it.

A parser reads the text of one word, or several words where the annotation is of a list. Parts of a value, such as the
items of a dict, are written as JSON and read by the same parsers: what they read is a text or JSON's plain data.
"""

from __future__ import annotations

from redo_py.app.running.arguments import scalars
from redo_py.app.running.arguments.parser import DATA, TEXT, Parser
from redo_py.app.running.arguments.records import record_parser
from redo_py.app.running.arguments.scalars import Misfit
from redo_py.values.proxy import proxy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

ITEMS = {  # names of annotations that take several words -> what is made of them
    "list": list, "List": list, "Sequence": list, "Iterable": list, "Collection": list, "MutableSequence": list,
    "tuple": tuple, "Tuple": tuple, "set": set, "Set": set, "AbstractSet": set, "MutableSet": set,
    "frozenset": frozenset, "FrozenSet": frozenset,
}  # fmt: skip
DICTS = frozenset(("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict"))


def parser_of(annotation: Any) -> Parser:
    """The parser for values of `annotation`."""
    if isinstance(annotation, type) and not hasattr(annotation, "__origin__"):
        return _of_class(annotation)
    origin, parts = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
    name = getattr(origin, "__name__", "") or getattr(origin, "_name", "") or ""
    if type(annotation).__name__ in ("UnionType", "_UnionGenericAlias", "Union") or name == "Union":
        return _of_union(parts)
    if name == "Literal":
        return _of_choices(parts)
    if name in ITEMS:
        return _of_items(ITEMS[name], name, parts)
    if name in DICTS:
        return _of_dict(origin, parts)
    if name == "Callable":
        return Parser("MODULE.NAME", "the dotted name of a function", scalars.function)
    if hasattr(annotation, "__metadata__"):  # Annotated
        return parser_of(origin)
    if hasattr(annotation, "__supertype__"):  # NewType
        return parser_of(annotation.__supertype__)
    return TEXT if origin is None else _of_class(origin)


def _of_class(kind: type) -> Parser:
    """The parser for a plain class."""
    known = scalars.KNOWN.get(f"{kind.__module__}.{kind.__qualname__}")
    if known is not None:
        return Parser(*known)
    if (alias := getattr(kind, "parse_arg", None) or getattr(proxy_of(kind), "parse_arg", None)) is not None:
        return Parser(kind.__name__.upper(), f"a {kind.__name__}", _checked(lambda text: alias(kind, text)))
    if kind.__name__ in ITEMS and kind.__module__ == "builtins":
        return _of_items(ITEMS[kind.__name__], kind.__name__, ())
    if kind is dict:
        return _of_dict(dict, ())
    if members := getattr(kind, "__members__", None):
        return _of_enum(kind, members)
    return record_parser(kind, parser_of) or Parser(kind.__name__.upper(), f"a {kind.__name__}", _checked(kind))


def _checked(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`make`, whose complaints about what is written are a Misfit."""

    def read(given: Any) -> Any:
        try:
            return make(given)
        except Exception as error:
            raise Misfit(f"{error}" or type(error).__name__) from error

    return read


def _of_enum(kind: Any, members: Any) -> Parser:
    """A member by its name, with or without the class before it, or by its value."""
    by_text = {str(member.value): member for member in members.values()}
    by_text |= {f"{kind.__name__}.{name}": member for name, member in members.items()} | dict(members)

    def read(given: Any) -> Any:
        try:
            return by_text[str(given)]
        except KeyError:
            raise Misfit() from None

    return Parser("|".join(members), scalars.either(list(members)), read, choices=list(members))


def _of_choices(choices: Sequence[Any]) -> Parser:
    """One of the values of a Literal."""
    by_text = {str(choice): choice for choice in choices}

    def read(given: Any) -> Any:
        try:
            return by_text[str(given)]
        except KeyError:
            raise Misfit() from None

    return Parser("|".join(by_text), scalars.either(list(by_text)), read, choices=list(by_text))


def _of_union(parts: Sequence[Any]) -> Parser:
    """The first alternative that what is written fits, text last. `None` is written for None, unless a text, or a list
    of texts, may be meant."""
    kinds = [part for part in parts if part is not type(None)]
    parsers = sorted(map(parser_of, kinds), key=lambda parser: parser is TEXT or parser.metavar == TEXT.metavar)
    has_none = len(kinds) < len(parts)
    if has_none and not any(parser.metavar in (TEXT.metavar, f"{TEXT.metavar}...") for parser in parsers):
        parsers.insert(0, Parser("None", "None", scalars.none))
    if len(parsers) == 1:
        return parsers[0]

    def read(given: Any) -> Any:
        several = isinstance(given, list) and len(given) != 1
        word = given[0] if isinstance(given, list) and not several else given
        for parser in parsers:
            if several and not parser.reads_words:
                continue
            try:
                return parser.read(given if parser.reads_words else word)
            except Misfit:
                continue
        raise Misfit()

    shown = [parser for parser in parsers if parser.metavar != "None"]
    return Parser(
        "|".join(parser.metavar for parser in shown),
        scalars.either([parser.wanted for parser in parsers], quoted=False),
        read,
        any(parser.reads_words for parser in parsers),
        [choice for parser in shown for choice in parser.choices],
    )


def _of_items(make: Callable[[Any], Any], name: str, parts: Sequence[Any]) -> Parser:
    """Several words; or one, which is a JSON list, if no item by itself could be written so."""
    fixed = None
    if make is tuple and parts and parts[-1] is not Ellipsis:
        fixed = [parser_of(part) for part in parts]
    item = parser_of(parts[0]) if parts and fixed is None and parts[0] is not str else TEXT
    takes_json = item is not TEXT if fixed is None else len(fixed) > 1

    def read(given: Any) -> Any:
        values = given
        if not isinstance(given, (str, list)):
            raise Misfit()
        if isinstance(given, str) or (len(given) == 1 and takes_json and _is_json_list(given[0])):
            values = scalars.json_list(given if isinstance(given, str) else given[0])
        if fixed is None:
            return make(item.read(value) for value in values)
        if len(values) != len(fixed):
            raise Misfit()
        return tuple(parser.read(value) for parser, value in zip(fixed, values, strict=True))

    if fixed is not None:
        return Parser(
            " ".join(parser.metavar for parser in fixed), ", ".join(parser.wanted for parser in fixed), read, True
        )  # fmt: skip
    if item.reads_words:
        return Parser("JSON...", "a JSON list", read, True)
    return Parser(f"{item.metavar}...", item.wanted, read, True)


def _is_json_list(word: Any) -> bool:
    return isinstance(word, str) and word[:1] == "[" and word[-1:] == "]"


def _of_dict(make: Any, parts: Sequence[Any]) -> Parser:
    """A JSON object."""
    keys, values = (parser_of(part) for part in parts[:2]) if len(parts) > 1 else (TEXT, DATA)
    plain = make if isinstance(make, type) and issubclass(make, dict) and make.__name__ != "defaultdict" else dict

    def read(given: Any) -> Any:
        return plain((keys.read(key), values.read(value)) for key, value in scalars.json_object(given).items())

    return Parser("JSON", 'a JSON object like {"name": 1}', read)
