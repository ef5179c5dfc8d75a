"""What the names that code reaches through imports are bound to: the home of each in the project.

That a name leads to something counts that thing; which of the names leads to which thing counts by its home. How an
import is spelled, and over how many re-exports it leads, does not.
"""

from __future__ import annotations

import sys

from redo_py.ground.attributes import attribute
from redo_py.tasks.reading.leads import taken_from
from redo_py.tasks.reading.parts import Home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.scopes import Chain, Import
    from redo_py.tasks.reading.sources import Source

    _Place = tuple[str, str]  # module, name


def home_of(project: CodeOfProject, source: Source, chain: Chain, on_the_way: frozenset[_Place] = frozenset()) -> Home:
    """Where a chain leads that starts at a name of the module."""
    place = (source.module, chain[0])
    if place in on_the_way:
        return Home("a circle", (), False)
    on_the_way |= {place}
    leads = _leads(project, source, chain[0])
    if not leads:
        return _put_there(project, source, chain)
    if leads == [None]:
        return _own(project, source, chain)
    if len(leads) == 1 and leads[0] is not None:
        return _behind(project, source, leads[0], chain, on_the_way)
    homes = [
        _own(project, source, chain) if lead is None else _behind(project, source, lead, chain, on_the_way)
        for lead in leads
    ]
    text = ", then ".join(".".join([home.text, *home.rest]) for home in homes)
    return Home(text, (), any(home.counts for home in homes))


def home_in(project: CodeOfProject, module: str, chain: Chain, on_the_way: frozenset[_Place] = frozenset()) -> Home:
    """Where a chain leads that is taken from a module."""
    source = project.source_of(module)
    if source is None:
        inner = [depth for depth in range(1, len(chain) + 1) if project.source_of(_dotted(module, chain[:depth]))]
        if inner:
            return home_in(project, _dotted(module, chain[: inner[0]]), chain[inner[0] :], on_the_way)
        compiled = any(project.binary_of(_dotted(module, chain[:depth])) for depth in range(len(chain) + 1))
        return Home(_dotted(module, chain), (), compiled)
    if not chain:
        return Home(f"module {module}", (), True)
    below = _dotted(module, chain[:1])
    is_module = project.source_of(below) is not None or project.binary_of(below) is not None
    if is_module and chain[0] not in source.bindings.names:
        return home_in(project, below, chain[1:], on_the_way)
    home = home_of(project, source, chain, on_the_way)
    return Home(home.text, home.rest, True)


def _dotted(module: str, chain: Chain) -> str:
    return ".".join([module, *chain])


def _behind(
    project: CodeOfProject, source: Source, target: Import, chain: Chain, on_the_way: frozenset[_Place]
) -> Home:
    rest = chain if target.member == "*" else chain[1:]
    for _, module, taken in taken_from(source, target, rest):
        return home_in(project, module, taken, on_the_way)
    return Home(f"{'.' * target.level}{_dotted(target.module, rest)}", (), False)


def _own(project: CodeOfProject, source: Source, chain: Chain) -> Home:
    """What the module's own statements make; a task is called by its name, which they need not tell."""
    text = _dotted(source.module, chain[:1])
    value = project.namespace_of(source).get(chain[0])
    if project.is_task(value):
        return Home(f"{text}, task {value.fullname}", chain[1:], True)  # type: ignore[union-attr]
    return Home(text, chain[1:], False)


def _put_there(project: CodeOfProject, source: Source, chain: Chain) -> Home:
    """A builtin, or what other code put into the module."""
    namespace = project.namespace_of(source)
    home = _own(project, source, chain)
    if home.counts or chain[0] not in namespace:
        return home
    value = namespace[chain[0]]
    module, name = attribute(value, "__module__"), attribute(value, "__qualname__")
    if not (isinstance(module, str) and isinstance(name, str)):
        return home
    return Home(f"{module}.{name}", chain[1:], project.source_of(module) is not None)


def _leads(project: CodeOfProject, source: Source, name: str) -> list[Import | None]:
    """What binds and changes the name, in the order of the statements; None for a statement that is no import."""
    found: list[tuple[int, int, Import | None]] = [
        (binding.statement.lineno, binding.statement.col_offset, binding.target)
        for binding in source.bindings.names.get(name, ())
    ]
    for star, statement in zip(source.bindings.stars, source.bindings.star_statements, strict=True):
        if _gives(project, source, star, name):
            found.append((statement.lineno, statement.col_offset, star))
    found.sort(key=lambda lead: lead[:2])
    leads = [lead for _, _, lead in found]
    return [lead for place, lead in enumerate(leads) if not place or lead != leads[place - 1]]


def _gives(project: CodeOfProject, source: Source, star: Import, name: str) -> bool:
    """Whether the star import binds the name."""
    module = source.absolute(star)
    behind = project.source_of(module)
    if behind is None:
        return _is_public(vars(sys.modules[module]), name) if module in sys.modules else False
    namespace = project.namespace_of(behind)
    return _is_public(namespace, name) if namespace else name in behind.bindings.names


def _is_public(namespace: Mapping[str, object], name: str) -> bool:
    listed = namespace.get("__all__")
    if isinstance(listed, (list, tuple, set, frozenset)):
        return name in listed
    return name in namespace and not name.startswith("_")
