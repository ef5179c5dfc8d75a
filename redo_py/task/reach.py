"""The walk over everything of the project that a piece of code reaches by name.

Each step is a Reference, each of the few kinds of thing it can lead to contributes Parts (name -> digest, place) and
further References. What a name of a module contributes depends on nothing but the module, so it is found once (Node)
and shared by all tasks. The walk keeps its own stack and remembers where it was: cycles are fine.

    name    a chain from a name of a module: ("helper",), ("helpers", "clean"), ("Sample", "load")
    hint    the same from an annotation: it leads to classes of the project and says nothing else
    dotted  what an import takes from a module: "pkg.helpers" and ("clean",); or all of the module, and ()
    object  a function, class or other thing that no name leads to: a closure's content, an included object
"""

from __future__ import annotations

import _ast
import builtins

from redo_py.ground.hashing import CODE, digest
from redo_py.task.bindings import import_text
from redo_py.task.decorators import OURS, standing
from redo_py.task.normalise import MODULE, normalise
from redo_py.task.plain import plain_text
from redo_py.task.scopes import chain_of, uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.task.bindings import Binding
    from redo_py.task.project import CodeOfProject
    from redo_py.task.scopes import Chain, Import, Uses
    from redo_py.task.sources import Source

    Part = tuple[bytes, str, int]  # digest, file as shown to the user ("" if it has none), line (0 if it has none)
    Parts = dict[str, Part]
    Reference = tuple[str, str, Chain]  # kind, module, chain

NAME, HINT, DOTTED = "name", "hint", "dotted"


class Node:
    """What reaching one name of a module means."""

    __slots__ = ("parts", "references")

    def __init__(self, parts: Parts, references: list[Reference]) -> None:
        self.parts = parts
        self.references = references


class Reach:
    """One walk; `parts` is its result."""

    def __init__(self, project: CodeOfProject) -> None:
        self.project = project
        self.parts: Parts = {}
        self._waiting: list[Reference] = []
        self._seen: set[Reference] = set()

    def add(self, name: str, text: str, file: str = "", line: int = 0) -> None:
        """Count `text` under `name`; a different text of the same name gets a number behind it."""
        part = (digest_text(text), file, line)
        unique, number = name, 1
        while self.parts.setdefault(unique, part)[0] != part[0]:
            number += 1
            unique = f"{name} {number}"

    def need(self, references: Sequence[Reference]) -> None:
        """Let the walk go to `references`."""
        for reference in references:
            if reference not in self._seen:
                self._seen.add(reference)
                self._waiting.append(reference)

    def walk(self) -> None:
        """Follow everything that is needed, to the end."""
        while self._waiting:
            kind, module, chain = self._waiting.pop()
            if kind == DOTTED:
                self._dotted(module, chain)
            else:
                self._name(kind, module, chain)

    def _name(self, kind: str, module: str, chain: Chain) -> None:
        source = self.project.source_of(module)
        if source is None:
            return
        if kind == HINT:
            self.need(_hinted(source, chain))
            return
        node = source.nodes.get(chain[0])
        if node is None:
            node = source.nodes[chain[0]] = _node(self.project, source, chain[0])
        for name, part in node.parts.items():
            if self.parts.setdefault(name, part) is not part and source.bindings.definition(chain[0]) is None:
                self.parts[f"{name} (every statement)"] = part  # the name is that of the task's function, which is more
        self.need(node.references)
        self.need(imported(source, chain))

    def _dotted(self, module: str, rest: Chain) -> None:
        """Go down from package to module as far as the chain does, and to the name it takes there."""
        source = self.project.source_of(module)
        if source is None:
            self._below(module, rest)
        elif not rest:
            self._whole(source)
        elif rest[0] in source.bindings.names or not self._has_module(f"{module}.{rest[0]}"):
            self.need([(NAME, module, rest)])
        else:
            self.need([(DOTTED, f"{module}.{rest[0]}", rest[1:])])

    def _below(self, module: str, rest: Chain) -> None:
        """A folder of the project without `__init__.py`, a compiled module, or something installed."""
        for depth in range(len(rest) + 1):
            inner = ".".join([module, *rest[:depth]])
            if self.project.source_of(inner) is not None:
                self.need([(DOTTED, inner, rest[depth:])])
                return
            if self._is_binary(inner):
                return
        self._outside(module.partition(".")[0])

    def _has_module(self, module: str) -> bool:
        return self.project.source_of(module) is not None or self.project.binary_of(module) is not None

    def _is_binary(self, module: str) -> bool:
        binary = self.project.binary_of(module)
        if binary is not None:
            path, content = binary
            self.parts[f"{module} (compiled)"] = (digest(CODE, content), path, 0)
        return binary is not None

    def _outside(self, top: str) -> None:
        if not self.project.packages:
            return
        from redo_py.task.installed import counted_version

        version = counted_version(top, self.project.packages)
        if version is not None:
            self.add(f"{top} (installed)", version)

    def _whole(self, source: Source) -> None:
        """A module that is used as a value: anything in it may be taken."""
        statements = source.tree.body
        origin = origin_in(self.project, source)
        self.add(f"{source.module} (module)", normalise(source.tree, origin), source.shown, 1)
        uses = code_uses(self.project, source, statements)
        self.need(references_of(source, uses))
        self.need([reference for name in source.bindings.names for reference in imported(source, (name,))])


def digest_text(text: str) -> bytes:
    """The digest of a normalised text."""
    return digest(CODE, text.encode("utf-8", "surrogatepass"))


def code_uses(project: CodeOfProject, source: Source, nodes: Sequence[_ast.AST]) -> Uses:
    """What the code uses, the decorators that make tasks of its functions left out."""
    origin = origin_in(project, source)
    return uses_of(nodes, lambda decorator: standing(origin(decorator)) == OURS)


def references_of(source: Source, uses: Uses) -> list[Reference]:
    """Where the code in `source` that has these uses leads."""
    found: list[Reference] = [(NAME, source.module, chain) for chain in uses.names]
    found += [(HINT, source.module, chain) for chain in uses.annotations]
    found += [reference for target, rest in uses.imports for reference in _taken(source, target, rest)]
    return found


def _taken(source: Source, target: Import, rest: Chain) -> list[Reference]:
    """Where an import written in `source` leads, and `rest` from there; [] if it leads out of the top."""
    module = source.absolute(target)
    if not module:
        return []
    member = () if target.member in ("", "*") else (target.member,)
    if member and source.is_package and module == source.module:  # `from . import helpers` in a package's own file
        return [(DOTTED, f"{module}.{target.member}", rest)]
    return [(DOTTED, module, (*member, *rest))]


def imported(source: Source, chain: Chain) -> list[Reference]:
    """Where the imports that bind the first name of `chain` lead it; through star imports if nothing else binds it."""
    bindings = source.bindings.names.get(chain[0])
    if bindings:
        targets = [(binding.target, chain[1:]) for binding in bindings if binding.target is not None]
    else:
        targets = [(star, chain) for star in source.bindings.stars]
    return [reference for target, rest in targets for reference in _taken(source, target, rest)]


def _hinted(source: Source, chain: Chain) -> list[Reference]:
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
    for _, module, chain in _taken(source, target, rest):
        found.extend((HINT, ".".join([module, *chain[:depth]]), chain[depth:]) for depth in range(len(chain)))
    return found


def _node(project: CodeOfProject, source: Source, name: str) -> Node:
    """What the name means: its statements, its value if that is plain and immutable, and what they use."""
    bindings = source.bindings.names.get(name, ())
    if not bindings:
        return _unbound(project, source, name)
    value = project.namespace_of(source).get(name)
    if project.is_task(value):
        return _task_node(value)
    counted = [binding for binding in bindings if not _leads_on(project, source, binding)]
    texts = list(dict.fromkeys(_binding_text(project, source, name, binding) for binding in counted))
    if any(not isinstance(binding.statement, _NAMED) for binding in counted):
        texts += _value_text(project, value)
    parts: Parts = {}
    if texts:
        parts[f"{source.module}.{name}"] = (digest_text("\n".join(texts)), source.shown, counted[0].statement.lineno)
    return Node(parts, _used(project, source, counted))


_IMPORTS = (_ast.Import, _ast.ImportFrom)
_NAMED = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, *_IMPORTS)  # what they bind is never plain


def _leads_on(project: CodeOfProject, source: Source, binding: Binding) -> bool:
    """Whether it is an import from the project: where it leads counts, how it is spelled does not."""
    if binding.target is None or not isinstance(binding.statement, _IMPORTS):
        return False
    for _, module, rest in _taken(source, binding.target, ()):
        names = (*module.split("."), *rest)
        return any(project.source_of(".".join(names[:depth])) is not None for depth in range(1, len(names) + 1))
    return False


def _binding_text(project: CodeOfProject, source: Source, name: str, binding: Binding) -> str:
    if binding.target is not None and isinstance(binding.statement, _IMPORTS):
        return import_text(name, binding.target)
    return normalise(binding.statement, origin_in(project, source), MODULE)


def _value_text(project: CodeOfProject, value: object) -> list[str]:
    text = plain_text(value, project.root)
    return [] if text is None else [text]


def _used(project: CodeOfProject, source: Source, bindings: Sequence[Binding]) -> list[Reference]:
    statements = {id(b.statement): b.statement for b in bindings if not isinstance(b.statement, _IMPORTS)}
    return references_of(source, code_uses(project, source, list(statements.values())))


def _task_node(task: Any) -> Node:
    """A task is left to reduction; only which one it is counts."""
    return Node({f"{task.fullname} (task)": (digest_text(task.fullname), "", 0)}, [])


def _unbound(project: CodeOfProject, source: Source, name: str) -> Node:
    """A name that no statement of the module binds: of a star import, put there by other code, or a builtin."""
    namespace = project.namespace_of(source)
    if name not in namespace:
        return Node({}, [])
    value = namespace[name]
    if project.is_task(value):
        return _task_node(value)
    outside = [star for star in source.bindings.stars if project.source_of(source.absolute(star)) is None]
    texts = [import_text("*", star) for star in outside] + _value_text(project, value)
    parts: Parts = {f"{source.module}.{name}": (digest_text("\n".join(texts)), source.shown, 0)} if texts else {}
    home = (getattr(value, "__module__", None), getattr(value, "__qualname__", None))
    known_home = isinstance(home[0], str) and isinstance(home[1], str) and home != (source.module, name)
    return Node(parts, [(NAME, home[0], (home[1].partition(".")[0],))] if known_home else [])  # type: ignore[list-item,union-attr]


def origin_in(project: CodeOfProject, source: Source) -> Callable[[_ast.AST], str]:
    """The function that tells where a decorator in `source` comes from: "functools.cache", "property", or ""."""

    def origin(node: _ast.AST) -> str:
        chain = chain_of(node.func if isinstance(node, _ast.Call) else node)
        return _origin(project, source, chain) if chain else ""

    return origin


def _origin(project: CodeOfProject, source: Source, chain: Chain) -> str:
    """The dotted name outside the project that `chain` comes down to, through re-exports of the project; "" if none."""
    for _ in range(100):  # an import cycle cannot be longer in earnest
        bindings = source.bindings.names.get(chain[0])
        if bindings is None:
            return _unbound_origin(chain)
        target = bindings[-1].target
        taken = _taken(source, target, chain[1:]) if target is not None else []
        if not taken or not taken[0][2]:
            return ""
        _, module, chain = taken[0]
        behind = project.source_of(module)
        if behind is None:
            return ".".join([module, *chain])
        source = behind
    return ""


def _unbound_origin(chain: Chain) -> str:
    if chain[-1] in ("setter", "getter", "deleter"):  # `@size.setter` in a class
        return "property"
    return ".".join(chain) if hasattr(builtins, chain[0]) else ""
