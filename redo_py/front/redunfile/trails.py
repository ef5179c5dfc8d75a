"""How planning got where it failed: target, rules, places."""

from __future__ import annotations

from redo_py.front.redunfile.suggest import similar
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.instance import Instance
    from redo_py.front.redunfile.plans import Plan
    from redo_py.front.redunfile.declared import Redunfile
    from redo_py.ground.spans import Span

    Trail = list[tuple[str, Span | None]]

LONGEST = 8  # entries shown of a trail or a cycle


def trail_of(instance: Instance, place: Span | None = None) -> Trail:
    """From the target that was asked for to `instance`."""
    chain = [instance]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent[0])
    entries: Trail = [(_told(each), each.span) for each in reversed(chain)]
    if len(entries) > LONGEST:
        left = len(entries) - LONGEST + 1
        entries[LONGEST // 2 : -LONGEST // 2 + 1] = [(f"{left} more", None)]
    return entries


def _told(instance: Instance) -> str:
    return f"{instance.origin}, made by rule `{instance.name}`" if instance.kind == "rule" else f"{instance.kind} `{instance.name}`"


def cycle_error(redunfile: Redunfile, maker: Instance, asking: Instance, path: str, span: Span) -> UsageError:
    """`asking` needs `path`, which `maker` makes, which needs `asking`."""
    chain = [asking]
    while chain[-1] is not maker and chain[-1].parent is not None:
        chain.append(chain[-1].parent[0])
    names = [each.origin for each in reversed(chain)]
    if len(names) > LONGEST:
        names[LONGEST // 2 : -LONGEST // 2] = ["..."]
    error = redunfile.error("cycle", span, path=" -> ".join([*names, path]))
    error.trail = [(_told(each), each.span) for each in reversed(chain)][:LONGEST]
    return error


def endless_error(instance: Instance) -> UsageError:
    """The chain of patterns has no end."""
    shown = instance.origin[:60] + "..."
    return UsageError("endless", span=instance.span, name=instance.name, path=shown)


def missing_input(planner: Plan, path: str, span: Span, asking: Instance) -> UsageError:
    """`asking` needs the source `path`, which is not there."""
    redunfile = planner.redunfile
    claimed = asking.kind == "rule" and bool(asking.stems) and planner.reads.is_file(asking.origin)
    if claimed:
        error = redunfile.error("pattern-claims", span, path=path, output=asking.origin, name=asking.name)
    else:
        close = similar(path, [*planner.owners.literals, *planner.sources], 2)
        close = [each for each in close if each != path]
        error = redunfile.error("missing-input", span, path=path, hint=f"did you mean `{close[0]}`?" if close else _no_rule())
    error.trail = trail_of(asking)
    return error


def _no_rule() -> str:
    return "no rule makes it and there is no such file"
