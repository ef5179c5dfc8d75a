"""The one Lark parser of this process, and how it is asked to read a text that begins anywhere in a file.

Lark needs 130 ms to work out its tables from the grammar, and 8 to read them back: they are kept in `cache_dir`, in a
file named after everything they depend on. The file is only ever a copy: absent, damaged or unwritable, the tables are
worked out again.
"""

from __future__ import annotations

import marshal
import os
import sys

import lark
from lark.exceptions import UnexpectedToken
from lark.grammar import Rule
from lark.lexer import LexerThread, TerminalDef

import redo_py
from redo_py.front.redunfile.grammar.building import Builder
from redo_py.front.redunfile.grammar.explaining import explained
from redo_py.front.redunfile.grammar.layout import Layout
from redo_py.front.redunfile.grammar.refusal import Refusal
from redo_py.ground.hashing import DIGEST_SIZE, digest, seed_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.grammar.syntax import Module, Node

TABLES = seed_of("redunfile tables")
PACKAGE = os.path.dirname(os.path.abspath(redo_py.__file__))
GRAMMARS = (
    os.path.join(PACKAGE, "grammar", "redunfile.lark"),  # installed
    os.path.join(os.path.dirname(PACKAGE), "grammar", "redunfile.lark"),  # a checkout
)
HOOKS = ("postlex", "transformer")  # options of Lark that are objects of ours


class Reader:
    """Reads whole files, pieces of files, and holes; has no state of its own, so a read may start another."""

    def __init__(self, parser: lark.Lark, builder: Builder) -> None:
        self._frontend: Any = parser.parser
        builder.read_hole = self.read_hole

    def read(self, start: str, text: str, line: int = 1, column: int = 1) -> Any:
        """The node of `text`, whose first character stands at this place of its file.

        `start` is "module", "piece" or "hole". Raises Refusal at the first thing that is wrong.
        """
        thread: Any = LexerThread.from_text(self._frontend.lexer, text)
        place = thread.state.line_ctr
        place.line, place.column, place.line_start_pos = line, column, 1 - column
        try:
            return self._frontend.parser.parse(thread, start)
        except UnexpectedToken as error:
            raise explained(error, start, text) from None

    def read_hole(self, text: str, line: int, column: int) -> Node:
        """The expression between the braces of an f-string; line ends in it mean nothing."""
        try:
            node: Node = self.read("hole", f"({text})", line, column - 1)
        except Refusal as refusal:
            if "where" in refusal.words:
                refusal.words["where"] = " (inside an f-string)"
            raise
        return node

    def read_module(self, text: str) -> Module:
        """A whole file."""
        module: Module = self.read("module", text)
        return module


_reader: Reader | None = None  # the tables never change while a process lives


def reader(cache_dir: str | None = None) -> Reader:
    """The reader of this process; `cache_dir` keeps its tables for the next one."""
    global _reader
    if _reader is None:
        builder = Builder()
        _reader = Reader(_parser(builder, cache_dir), builder)
    return _reader


def _parser(builder: Builder, cache_dir: str | None) -> lark.Lark:
    grammar = grammar_text()
    if cache_dir is None:
        return _from_grammar(grammar, builder)
    path = tables_path(grammar, cache_dir)
    parser = _from_tables(path, builder)
    if parser is None:
        parser = _from_grammar(grammar, builder)
        _keep(parser, path)
    return parser


def grammar_text() -> str:
    """The grammar, from the installed package or from the checkout."""
    path = next(filter(os.path.exists, GRAMMARS), GRAMMARS[0])
    with open(path, encoding="utf-8") as file:
        return file.read()


def tables_path(grammar: str, cache_dir: str) -> str:
    """Where the tables of this grammar, this Lark and this Python are kept."""
    maker = f"{lark.__version__} {sys.version} {marshal.version}"
    return os.path.join(cache_dir, f"redunfile-{digest(TABLES, f'{maker} {grammar}'.encode()).hex()}.tables")


def _from_grammar(grammar: str, builder: Builder) -> lark.Lark:
    return lark.Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=["module", "piece", "hole"],
        **_hooks(builder),
    )


def _hooks(builder: Builder) -> dict[str, Any]:
    """What Lark calls: it looks for methods by name, and asks for no base class."""
    return dict(zip(HOOKS, (Layout(), builder), strict=True))


def _from_tables(path: str, builder: Builder) -> lark.Lark | None:
    """The parser of the tables at `path`; None if they are not there or not whole."""
    try:
        with open(path, "rb") as file:
            content = file.read()
        checksum, tables = content[:DIGEST_SIZE], content[DIGEST_SIZE:]
        if digest(TABLES, tables) != checksum:
            return None
        load: Any = lark.Lark._load_from_dict  # what Lark's generated parsers use; `load` itself takes no hooks
        parser: lark.Lark = load(**marshal.loads(tables), **_hooks(builder))
        return parser
    except OSError:
        return None


def _keep(parser: lark.Lark, path: str) -> None:
    """Write the tables of `parser` to `path`, whole or not at all; a folder that takes no file is no error."""
    tables, memo = parser.memo_serialize([TerminalDef, Rule])
    tables["options"] = {name: value for name, value in tables["options"].items() if name not in HOOKS}
    content = marshal.dumps({"data": tables, "memo": memo})
    partial = f"{path}.{os.getpid()}-{id(parser):x}.partial"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(partial, "wb") as file:
            file.write(digest(TABLES, content) + content)
        os.replace(partial, path)
    except OSError:
        try:
            os.unlink(partial)
        except OSError:
            pass
