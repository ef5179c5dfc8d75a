"""Where the names in a file of the project lead: to names of other files, or out of the project."""

from __future__ import annotations

import _ast
import builtins

from redo_py.tasks.reading.decorators import OURS, standing
from redo_py.tasks.reading.parts import DOCUMENTED, HINT, IMPORTED, NAME, OPENED, TAKEN
from redo_py.tasks.reading.scopes import Import, all_below, chain_of
from redo_py.tasks.reading.uses import uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from redo_py.tasks.reading.parts import Reference
    from redo_py.tasks.reading.scopes import Chain
    from redo_py.tasks.reading.sources import Source
    from redo_py.tasks.reading.uses import Uses

    class Modules(Protocol):
        """What can find the files of modules."""

        def source_of(self, module: str) -> Source | None: ...


# what tells more of a task than its name, on whatever it is found: `table["a"].func(1)`, `task.version`
_INSIDE_OF_TASKS = frozenset(
    "caller func get_hash get_task_option get_task_options has_task_option hash hash_includes inner_task is_async "
    "load_module nout own_options parameters signature source version wrapped_task __wrapped__".split()
)

DOCS = frozenset(("__doc__", "getdoc"))  # what gives a docstring

_HOPS = 100  # re-exports followed before a circle is assumed


def code_uses(project: Modules, source: Source, nodes: Sequence[_ast.AST]) -> Uses:
    """What the code uses, the decorators that make tasks of its functions left out."""
    origin = origin_in(project, source)
    uses = uses_of(nodes, lambda decorator: standing(origin(decorator)) == OURS)
    look(nodes, uses)
    return uses


def look(nodes: Sequence[_ast.AST], uses: Uses) -> None:
    """Put to `uses` what no name shows: whether the code looks into tasks, or reads what documents code, and modules
    that it asks for by a text."""
    for node in all_below(*nodes):
        if isinstance(node, _ast.Attribute):
            uses.opens |= node.attr in _INSIDE_OF_TASKS
            uses.reads_docs |= node.attr in DOCS
        elif isinstance(node, _ast.Name):
            uses.reads_docs |= node.id in DOCS
        elif isinstance(node, _ast.Call):
            _look_at_call(node, uses)


def _look_at_call(call: _ast.Call, uses: Uses) -> None:
    called = chain_of(call.func)[-1:]
    texts = [argument.value for argument in call.args if isinstance(argument, _ast.Constant)]
    if called in (("getattr",), ("attrgetter",)):
        asked = {text for text in texts if isinstance(text, str)}
        uses.opens |= not asked.isdisjoint(_INSIDE_OF_TASKS)
        uses.reads_docs |= not asked.isdisjoint(DOCS)
    elif called in (("import_module",), ("__import__",)) and texts and isinstance(texts[0], str):
        module = texts[0].lstrip(".")
        uses.imports[(Import(len(texts[0]) - len(module), module, ""), ())] = None


def references_of(source: Source, uses: Uses) -> list[Reference]:
    """Where the code in `source` that has these uses leads."""
    found: list[Reference] = [(NAME, source.module, chain) for chain in uses.names]
    found += [(HINT, source.module, chain) for chain in uses.annotations]
    taken = [reference for target, rest in uses.imports for reference in taken_from(source, target, rest)]
    found += [(IMPORTED, module, chain) for _, module, chain in taken]
    if ("globals",) in uses.names and "globals" not in source.bindings.names:
        found.append((TAKEN, source.module, ()))
    found += [(DOCUMENTED, "", ())] if uses.reads_docs else []
    return [*found, (OPENED, "", ())] if uses.opens else found


def taken_from(source: Source, target: Import, rest: Chain) -> list[Reference]:
    """Where an import written in `source` leads, and `rest` from there; [] if it leads out of the top."""
    module = source.absolute(target)
    if not module:
        return []
    member = () if target.member in ("", "*") else (target.member,)
    if member and source.is_package and module == source.module:  # `from . import helpers` in a package's own file
        return [(TAKEN, f"{module}.{target.member}", rest)]
    return [(TAKEN, module, (*member, *rest))]


def imported(source: Source, chain: Chain) -> list[Reference]:
    """Where the imports that bind the first name of `chain` lead it, those that bind every name included."""
    bindings = source.bindings.names.get(chain[0], ())
    targets = [(binding.target, chain[1:]) for binding in bindings if binding.target is not None]
    targets += [(star, chain) for star in source.bindings.stars]
    return [reference for target, rest in targets for reference in taken_from(source, target, rest)]


def hinted(source: Source, chain: Chain) -> list[Reference]:
    """A class of the module that an annotation names, or what stands behind an import or another name."""
    found: list[Reference] = []
    for binding in source.bindings.names.get(chain[0], ()):
        if isinstance(binding.statement, _ast.ClassDef):
            found.append((NAME, source.module, chain[:1]))
        elif binding.target is not None:
            found.extend(_hinted_import(source, binding.target, chain[1:]))
        elif isinstance(binding.statement, (_ast.Assign, _ast.AnnAssign)):
            names = uses_of([binding.statement]).names
            found.extend((HINT, source.module, name) for name in names if name[0] != chain[0])
    return found


def _hinted_import(source: Source, target: Import, rest: Chain) -> list[Reference]:
    """`from m import C` leads to C of m, `m.C` of `import m` too; nothing else of an import can be a class."""
    found: list[Reference] = []
    for _, module, chain in taken_from(source, target, rest):
        found.extend((HINT, ".".join([module, *chain[:depth]]), chain[depth:]) for depth in range(len(chain)))
    return found


def origin_in(project: Modules, source: Source) -> Callable[[_ast.AST], str]:
    """The function that tells where a decorator in `source` comes from: "functools.cache", "property", or ""."""

    def origin(node: _ast.AST) -> str:
        chain = chain_of(node.func if isinstance(node, _ast.Call) else node)
        return _origin(project, source, chain) if chain else ""

    return origin


def _origin(project: Modules, source: Source, chain: Chain) -> str:
    """The dotted name outside the project that `chain` comes down to; "" if it comes down to something inside."""
    for _ in range(_HOPS):
        bindings = source.bindings.names.get(chain[0])
        if bindings is None:
            return _unbound_origin(chain)
        target = bindings[-1].target
        if target is None:
            chain = (*_alias_of(bindings[-1].statement), *chain[1:])
            if len(bindings) > 1 or not chain:
                return ""
            continue
        taken = taken_from(source, target, chain[1:])
        if not taken or not taken[0][2]:
            return ""
        _, module, chain = taken[0]
        behind = project.source_of(module)
        if behind is None:
            return ".".join([module, *chain])
        source = behind
    return ""


def _alias_of(statement: _ast.stmt) -> Chain:
    """("a", "b") for `name = a.b`, else ()."""
    plain = isinstance(statement, _ast.Assign) and all(isinstance(t, _ast.Name) for t in statement.targets)
    return chain_of(statement.value) if plain else ()  # type: ignore[attr-defined]


def _unbound_origin(chain: Chain) -> str:
    if chain[-1] in ("setter", "getter", "deleter"):  # `@size.setter` in a class
        return "property"
    return ".".join(chain) if hasattr(builtins, chain[0]) else ""
