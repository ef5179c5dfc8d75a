"""What one name at the top level of a module contributes to the code that reaches it."""

from __future__ import annotations

import _ast
import sys
from functools import singledispatchmethod
from types import FunctionType, MappingProxyType

from redo_py.ground.attributes import attribute
from redo_py.tasks.code.changes import changed_elsewhere
from redo_py.tasks.code.openness import may_be_changed
from redo_py.tasks.code.plain import constant_text, plain_text
from redo_py.tasks.reading.bindings import import_text
from redo_py.tasks.reading.decorators import REDO_PY, REDUN
from redo_py.tasks.reading.leads import code_uses, origin_in, references_of, taken_from
from redo_py.tasks.reading.normalise import MODULE, normalise
from redo_py.tasks.reading.parts import NAME, TAKEN, Node, digest_text
from redo_py.values.proxy import PROXIES, proxy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.bindings import Binding
    from redo_py.tasks.reading.parts import Parts, Reference
    from redo_py.tasks.reading.sources import Source
    from redo_py.values.proxy import ProxyValue

CHANGED_IN = " (changed in "  # between a name and the module that changes it, in the name of a part
_ITSELF = "its own module"  # in place of that
_IMPORTS = (_ast.Import, _ast.ImportFrom)
_DEFINITIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)

# what Python itself binds in a module: it follows from the module's name, or says how it was loaded
_BY_IMPORT = frozenset("__builtins__ __cached__ __file__ __loader__ __name__ __package__ __path__ __spec__".split())


def node_of(project: CodeOfProject, source: Source, name: str) -> Node:
    """What the name means: its statements, its value if that is plain and immutable, and what they use."""
    bindings = source.bindings.names.get(name, ())
    if not bindings:
        return _unbound(project, source, name)
    value = project.namespace_of(source).get(name)
    if project.is_task(value):
        return _task_node(value)
    counted = [binding for binding in bindings if not _leads_on(project, source, binding)]
    texts = list(dict.fromkeys(_binding_text(project, source, name, binding) for binding in counted))
    if any(not isinstance(binding.statement, _DEFINITIONS) for binding in counted):
        texts += _value_text(project, value)
    parts: Parts = {}
    if texts:
        parts[f"{source.module}.{name}"] = (digest_text("\n".join(texts)), source.shown, counted[0].statement.lineno)
    references = _used(project, source, counted)
    if registered := registered_with(value):
        text = "\n".join(sorted(f"{of_class} {_place_of(function)}" for of_class, function in registered))
        parts[f"{source.module}.{name} (registered)"] = (digest_text(text), source.shown, 0)
        references += [reference for _, function in registered for reference in _home_of(function, ("", ""))]
    return Node(parts, references)


def registered_with(value: object) -> list[tuple[str, object]]:
    """(class, function for it) of all that has been registered, in any module, with a `singledispatch` function, or
    with those among the methods of a class."""
    if isinstance(value, type):
        methods = [each for each in vars(value).values() if isinstance(each, singledispatchmethod)]
        registries = [vars(each.dispatcher).get("registry") for each in methods]
    else:
        registries = [vars(value).get("registry")] if isinstance(value, FunctionType) else []
    return [
        (_place_of(of_class), function)
        for registry in registries
        if isinstance(registry, MappingProxyType)
        for of_class, function in registry.items()
    ]


def _place_of(value: object) -> str:
    return f"{attribute(value, '__module__', '')}.{attribute(value, '__qualname__', '')}"


def made_by(project: CodeOfProject, source: Source, name: str) -> Node:
    """The statements that bind and change the name, but for definitions and imports: what is bound there is not."""
    made = [b for b in source.bindings.names.get(name, ()) if not isinstance(b.statement, (*_IMPORTS, *_DEFINITIONS))]
    if not made:
        return Node({}, [])
    texts = dict.fromkeys(_binding_text(project, source, name, binding) for binding in made)
    part = (digest_text("\n".join(texts)), source.shown, made[0].statement.lineno)
    return Node({f"{source.module}.{name} (statement)": part}, _used(project, source, made))


def changes_of(project: CodeOfProject, source: Source, name: str) -> Node | None:
    """What the statements contribute that change the name, those of other modules among them, and the proxy that gives
    hooks to a class; None if there is nothing."""
    value = project.namespace_of(source).get(name)
    statements = changed_elsewhere(project, source, name) if may_be_changed(project, source, name, value) else []
    hooks = _hooks_for(project, source, name)
    if not statements and hooks is None:
        return None
    texts: dict[str, list[str]] = {}
    parts: Parts = {}
    references: list[Reference] = []
    if hooks is not None:
        place = _place_of(hooks)
        parts[f"{source.module}.{name}{CHANGED_IN}{place})"] = (digest_text(place), "", 0)
        references += _home_of(hooks, ("", ""))
    for other, statement in statements:
        part = f"{source.module}.{name}{CHANGED_IN}{_ITSELF if other is source else other.module})"
        written = texts.setdefault(part, [])
        written.append(normalise(statement, origin_in(project, other), MODULE))
        line = parts[part][2] if part in parts else statement.lineno
        parts[part] = (digest_text("\n".join(written)), other.shown, line)
        references += references_of(other, code_uses(project, other, [statement]))
    return Node(parts, references)


def changed_in(parts: Parts) -> list[str]:
    """The modules that change what the code of these parts reaches; "__main__" for one that can be imported by no name,
    because it is the script that runs."""
    found: dict[str, None] = {}
    for name, (_, file, _) in parts.items():
        if CHANGED_IN not in name:
            continue
        module = name.rpartition(CHANGED_IN)[2].removesuffix(")")
        if module == _ITSELF:
            continue
        while not file and module not in sys.modules and "." in module:  # it is a class in a module
            module = module.rpartition(".")[0]
        found[module if module in sys.modules else "__main__"] = None
    order = list(sys.modules) if len(found) > 1 else list(found)
    return sorted(found, key=order.index)


def _hooks_for(project: CodeOfProject, source: Source, name: str) -> type[ProxyValue] | None:
    value = project.namespace_of(source).get(name) if PROXIES else None
    hooks = proxy_of(value) if isinstance(value, type) else None
    return hooks if hooks is not None and project.source_of(hooks.__module__) is not None else None


def _leads_on(project: CodeOfProject, source: Source, binding: Binding) -> bool:
    """Whether it is an import from the project: where it leads counts, how it is spelled does not. Nor does that of
    redun as a whole, under whichever of its names: the code says what it takes from there."""
    if binding.target is None or not isinstance(binding.statement, _IMPORTS):
        return False
    if binding.target.module in (REDUN, REDO_PY) and not binding.target.member:
        return True
    for _, module, rest in taken_from(source, binding.target, ()):
        names = (*module.split("."), *rest)
        return any(project.source_of(".".join(names[:depth])) is not None for depth in range(1, len(names) + 1))
    return False


def _binding_text(project: CodeOfProject, source: Source, name: str, binding: Binding) -> str:
    if binding.target is not None and isinstance(binding.statement, _IMPORTS):
        return import_text(name, binding.target)
    return normalise(binding.statement, origin_in(project, source), MODULE)


def _value_text(project: CodeOfProject, value: object) -> list[str]:
    text = plain_text(value, project.root)
    if text is None:
        text = constant_text(value, project.root)
    return [] if text is None else [text]


def _used(project: CodeOfProject, source: Source, bindings: Sequence[Binding]) -> list[Reference]:
    statements = {id(b.statement): b.statement for b in bindings if not isinstance(b.statement, _IMPORTS)}
    return references_of(source, code_uses(project, source, list(statements.values())))


def _task_node(task: Any) -> Node:
    """A task is left to reduction; only which one it is counts, unless the code looks into it."""
    return Node({f"{task.fullname} (task)": (digest_text(task.fullname), "", 0)}, [], task)


def _unbound(project: CodeOfProject, source: Source, name: str) -> Node:
    """A name that no statement of the module binds: of a star import, put there by other code, or a builtin."""
    namespace = project.namespace_of(source)
    if name in _BY_IMPORT:
        return Node({}, [])
    if name not in namespace:
        made = "__getattr__" in source.bindings.names
        return Node({}, [(NAME, source.module, ("__getattr__",))] if made else [])
    value = namespace[name]
    if project.is_task(value):
        return _task_node(value)
    outside = [star for star in source.bindings.stars if project.source_of(source.absolute(star)) is None]
    texts = [import_text("*", star) for star in outside] + _value_text(project, value)
    parts: Parts = {f"{source.module}.{name}": (digest_text("\n".join(texts)), source.shown, 0)} if texts else {}
    references = _home_of(value, (source.module, name))
    if not (parts or references):  # `exec`, `globals()[...] = `, `setattr`: any statement may have put it there
        references = [(TAKEN, source.module, ())]
    return Node(parts, references)


def _home_of(value: object, here: tuple[str, str]) -> list[Reference]:
    """Where a function or class says that it was written, unless that is `here`."""
    module, name = attribute(value, "__module__"), attribute(value, "__qualname__")
    if not (isinstance(module, str) and isinstance(name, str)) or (module, name) == here:
        return []
    return [(NAME, module, (name.partition(".")[0],))]
