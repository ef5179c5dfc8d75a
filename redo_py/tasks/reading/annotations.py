"""What a parameter's annotation says about the form a file argument takes: ruling 3 of the language."""

from __future__ import annotations

import _ast
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Origin = Callable[[_ast.AST], str]

ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast
_ONE_AT_A_TIME = allocate_lock()  # Python 3.11 counts the depth of trees for all threads together, and fails for that
FILE, STR, PATH = "", "str", "path"

# These may stand around the form: `list[Path]` wants a Path for each file, `Path | None` a Path where there is one.
_AROUND = frozenset("Annotated Iterable List None Optional Sequence Tuple Union list tuple".split())
_PATHS = frozenset({"Path", "PosixPath", "PurePath", "PurePosixPath"})


def wanted_form(annotation: _ast.AST | None, origin: Origin) -> str:
    """ "str" or "path" if files given for the parameter are handed over as that, else "" (as File).

    `origin` gives the dotted name that a name stands for outside the project, "" if it stands for nothing there. It is
    decided by the last part, so `pathlib.Path`, `Path` and `"Path"` are one. Any other name in the annotation (as in
    `dict[str, int]`, `str | File`) means that nothing is changed.
    """
    forms = {_form(name) for name in names_in(annotation, origin)} - {None}
    return forms.pop() or FILE if len(forms) == 1 else FILE


def _form(name: str) -> str | None:
    if name in _PATHS:
        return PATH
    return None if name in _AROUND else STR if name == "str" else FILE


def names_in(annotation: _ast.AST | None, origin: Origin) -> set[str]:
    """The last part of every dotted name in an annotation, quoted or not."""
    found: set[str] = set()
    stack = [annotation]
    while stack:
        node = stack.pop()
        if isinstance(node, (_ast.Name, _ast.Attribute)):
            written = node.id if isinstance(node, _ast.Name) else node.attr
            found.add(origin(node).rpartition(".")[2] or written)
        elif isinstance(node, _ast.Constant):
            stack.append(unquoted(node))
        elif isinstance(node, _ast.Subscript):
            stack.extend((node.value, node.slice))
        elif isinstance(node, _ast.BinOp):
            stack.extend((node.left, node.right))
        elif isinstance(node, (_ast.Tuple, _ast.List)):
            stack.extend(node.elts)
    return found


def unquoted(node: _ast.Constant) -> _ast.AST | None:
    """The expression that a quoted annotation stands for; None if it is not one."""
    if not isinstance(node.value, str):
        return None
    try:
        return syntax_tree(node.value, "<annotation>", "eval").body  # type: ignore[no-any-return]
    except (SyntaxError, ValueError):
        return None


def syntax_tree(text: str | bytes, path: str, mode: str) -> Any:
    """The syntax tree of `text`; raises SyntaxError and ValueError."""
    with _ONE_AT_A_TIME:
        return compile(text, path, mode, ONLY_AST, dont_inherit=True)
