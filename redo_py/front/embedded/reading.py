"""From a Python module with rules to the syntax tree that a redunfile with the same rules would have."""

from __future__ import annotations

import _ast

from redo_py.front.embedded.gathering import Gathering
from redo_py.front.redunfile.grammar.strings import cleaned_doc
from redo_py.front.redunfile.grammar.syntax import Module
from redo_py.ground.errors import ErrorList, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.tasks.reading.sources import Source


def read_module(source: Source, cache_dir: str | None = None) -> Module:
    """The tree of what is redun's in a module; nothing of it is run. `cache_dir` as for `redunfile.grammar.parse`.

    Raises ErrorList with every independent error, in order.
    """
    try:
        gathering = Gathering(source, cache_dir)
    except UsageError as error:
        raise ErrorList([error]) from None
    gathering.declarations()
    gathering.follow()
    if gathering.errors:
        raise ErrorList([gathering.errors[place] for place in sorted(gathering.errors)])
    nodes = [node for place in sorted(gathering.nodes) for node in gathering.nodes[place]]
    return Module(1, 1, (*gathering.imports, *nodes), doc_of(source.tree))


def doc_of(tree: _ast.Module) -> str:
    """The docstring of a module; "" if it has none."""
    first = tree.body[0] if tree.body else None
    value = first.value if isinstance(first, _ast.Expr) else None
    return cleaned_doc(value.value) if isinstance(value, _ast.Constant) and isinstance(value.value, str) else ""
