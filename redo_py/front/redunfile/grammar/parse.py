"""From the text of a redunfile to its syntax tree."""

from __future__ import annotations

from redo_py.front.redunfile.grammar.refusal import Refusal
from redo_py.ground.errors import ErrorList, UsageError
from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.grammar.pieces import Piece
    from redo_py.front.redunfile.grammar.reading import Reader
    from redo_py.front.redunfile.grammar.syntax import Module

MOST_ERRORS = 100  # shown of one file
UTF8_NAMES = frozenset(["utf-8", "utf8", "utf-8-sig"])


def parse(text: str, file: str, cache_dir: str | None = None) -> Module:
    """The syntax tree of `text`, which the user knows as `file`.

    Line ends may be those of any system, the last line needs none, and a byte order mark is ignored. `cache_dir` is a
    folder that keeps the parser's tables between processes. Raises ErrorList with every independent error, in order.
    """
    text = _with_plain_line_ends(text.removeprefix("\ufeff"))
    try:
        _check_characters(text)
        _check_margin(text)
        # Lark, and the modules that hold regular expressions, are needed only once a text must be parsed.
        from redo_py.front.redunfile.grammar.reading import reader

        return reader(cache_dir).read_module(text)
    except Refusal as first:
        raise _all_errors(text, file, first, cache_dir) from None


def parse_bytes(data: bytes, file: str, cache_dir: str | None = None) -> Module:
    """The syntax tree of a file's content, as `parse`; the content must be UTF-8, whatever it says of itself."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = _with_plain_line_ends(data[: error.start].decode() + "x")
        refusal = Refusal("not-utf-8", *_place(before, len(before) - 2), byte=f"0x{data[error.start]:02x}")
        text = _with_plain_line_ends(data.decode(errors="replace"))
        raise ErrorList([usage_error(refusal, text, file)]) from None
    try:
        _check_encoding(text)
    except Refusal as refusal:
        raise ErrorList([usage_error(refusal, text, file)]) from None
    return parse(text, file, cache_dir)


def read_piece(text: str, line: int, column: int, whole: str, file: str, cache_dir: str | None) -> tuple[Any, ...]:
    """The statements of `text`, which stands at this place of `whole`, the text of `file`, and ends with a newline.

    Raises UsageError at the first thing that is wrong.
    """
    try:
        from redo_py.front.redunfile.grammar.reading import reader

        piece: Module = reader(cache_dir).read("piece", text, line, column)
        return piece.body
    except Refusal as refusal:
        raise usage_error(refusal, whole, file) from None


def _with_plain_line_ends(text: str) -> str:
    """`text` as Python reads it, every line ended by a newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def _check_characters(text: str) -> None:
    """Refuse what no text file holds."""
    at = text.find("\0")
    if at >= 0:
        raise Refusal("nul-character", *_place(text, at))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Refusal("lone-surrogate", *_place(text, error.start), shown=ascii(text[error.start])) from None


def _check_margin(text: str) -> None:
    """Refuse a first line that is indented: to the lexer its margin is mere space."""
    margin = len(text) - len(text.lstrip(" \t"))
    if margin and text[margin : margin + 1] not in ("\n", "#", ""):
        tab = text.find("\t", 0, margin)
        raise Refusal("unexpected-indent", 1, margin + 1) if tab < 0 else Refusal("tab-indentation", 1, tab + 1)


def _check_encoding(text: str) -> None:
    """Refuse the comment by which Python would read another text than we do."""
    import re

    for number, line in enumerate(text.split("\n", 2)[:2], 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return
        named = re.search(r"coding[:=][ \t]*([-\w.]+)", line)
        if named:
            if named[1].lower().replace("_", "-") not in UTF8_NAMES:
                raise Refusal("foreign-encoding", number, named.start(1) + 1, encoding=named[1])
            return


def _all_errors(text: str, file: str, first: Refusal, cache_dir: str | None) -> ErrorList:
    """`first`, and what else is wrong in other top-level statements."""
    if first.code in ("nul-character", "lone-surrogate"):
        return ErrorList([usage_error(first, text, file)])
    from redo_py.front.redunfile.grammar.pieces import pieces
    from redo_py.front.redunfile.grammar.reading import reader

    refusals = []
    for piece in pieces(text):
        refusal = _refusal_of(piece, reader(cache_dir))
        if refusal is not None:
            refusals.append(refusal)
        if len(refusals) == MOST_ERRORS:
            break
    return ErrorList([usage_error(refusal, text, file) for refusal in refusals or [first]])


def _refusal_of(piece: Piece, reader: Reader) -> Refusal | None:
    """What is wrong with one top-level statement."""
    refusal = None
    try:
        if piece.line == 1:
            _check_margin(piece.text)
        reader.read("module" if piece.line == 1 else "piece", piece.text, piece.line)
    except Refusal as found:
        refusal = found
    if piece.unclosed is None:
        return refusal
    line, column, bracket = piece.unclosed
    if refusal is not None and refusal.line <= line and refusal.code != "unclosed-bracket":
        return refusal  # what is wrong before the bracket's line ends
    return Refusal("unclosed-bracket", line, column, bracket=bracket)


def usage_error(refusal: Refusal, text: str, file: str) -> UsageError:
    """`refusal` as an error of `file`, whose whole text is `text`."""
    span = Span(file, refusal.line, refusal.column)
    lines = text.split("\n")
    source = lines[refusal.line - 1] if refusal.line <= len(lines) else ""
    source = "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in source)
    return UsageError(refusal.code, span=span, source=source, **refusal.words)


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column of the character at offset `at`."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
