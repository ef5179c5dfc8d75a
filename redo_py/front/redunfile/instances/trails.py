"""How planning got where it failed: target, rules, places."""

from __future__ import annotations

from redo_py.front.redunfile.names.suggest import similar
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.plans import Plan
    from redo_py.ground.spans import Span

    Trail = list[tuple[str, Span | None]]

LONGEST = 8  # entries shown of a trail or a cycle


def trail_of(instance: Instance) -> Trail:
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
    if instance.kind == "rule":
        return f"{shortened(instance.origin)}, made by rule `{instance.name}`"
    return instance.kind if instance.kind == "default" else f"{instance.kind} `{instance.name}`"


def shortened(path: str) -> str:
    """`path`, or its beginning and end if it is very long."""
    return path if len(path) <= 120 else f"{path[:60]}...{path[-20:]}"


def cycle_error(
    redunfile: Redunfile, cycle: Sequence[Instance], path: str, span: Span, is_word: bool = False
) -> UsageError:
    """The last of `cycle`, each of which needs the next one, needs `path`, which the first one makes; `is_word` if only
    a command names it."""
    names = [each.origin for each in cycle]
    if len(names) > LONGEST:
        names[LONGEST // 2 : -LONGEST // 2] = ["..."]
    way = " -> ".join([*names, path])
    if is_word:
        error = redunfile.error("cycle-by-word", span, path=way, word=path)
    else:
        error = redunfile.error("cycle", span, path=way)
    error.trail = [(_told(each), each.span) for each in cycle[:LONGEST]]
    return error


def endless_error(redunfile: Redunfile, instance: Instance) -> UsageError:
    """The chain of patterns has no end."""
    return redunfile.error("endless", instance.span, name=instance.name, path=shortened(instance.origin))


def missing_input(plan: Plan, path: str, span: Span | None, asking: Instance | None) -> UsageError:
    """`asking` needs the source `path`, which is not there."""
    redunfile = plan.redunfile
    oddity = plan.host.oddity(path)
    if oddity:
        error = redunfile.error("special-input", span, path=path, kind=oddity)
    elif asking is not None and asking.kind == "rule" and asking.stems and plan.reads.is_file(asking.origin):
        error = redunfile.error("pattern-claims", span, path=path, output=asking.origin, name=asking.name)
    else:
        known = [*plan.owners.literals, *plan.reads.seen()]
        close = similar(path, [each for each in known if each != path], 1, 0.8)
        hint = f"did you mean `{close[0]}`?" if close else "no rule makes it and there is no such file"
        error = redunfile.error("missing-input", span, path=path, hint=hint)
    error.trail = trail_of(asking) if asking is not None else []
    return error


def leftover(redunfile: Redunfile, path: str, span: Span | None, asking: Instance | None) -> UsageError:
    """`asking`, or the user, wants `path`, which a rule made that is gone."""
    error = redunfile.error("leftover-input", span, path=path)
    error.trail = trail_of(asking) if asking is not None else []
    return error
