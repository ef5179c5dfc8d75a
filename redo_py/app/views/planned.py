"""What a plan consists of: the instances of rules, actions, checks and lazy values behind some targets."""

from __future__ import annotations

from redo_py.ir.commands import shown
from redo_py.tasks.builtin import COMMAND, STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.planning.planner import Planner

    Step = tuple[Any, str, str, str]  # (text, cwd, shell, stdin)


def planned(planner: Planner, found: Sequence[Instance | str]) -> list[Instance]:
    """Plan what stands for some targets, sources left aside; gives it and all that it needs, each once, in the order
    of the redunfile's text from the targets down. Raises UsageError for what is wrong with the plan."""
    instances: dict[int, Instance] = {}
    for root in found:
        if isinstance(root, str):
            continue
        planner.plan(root)
        stack = [root]
        while stack:
            instance = stack.pop()
            if id(instance) not in instances:
                instances[id(instance)] = instance
                stack += reversed(instance.children)
    return list(instances.values())


def steps_of(expression: Any) -> Iterator[Step]:
    """The commands that a planned expression runs itself."""
    name = getattr(expression, "task_name", "")
    if name == COMMAND:
        yield from expression.kwargs["steps"]
    elif name == STEPS:
        yield from (part[0] for kind, *part in expression.kwargs["parts"] if kind == "command")


def known_text(step: Step, unknown: str) -> str:
    """The text of a command, with `unknown` in place of what is only known when it runs."""
    text = step[0]
    if isinstance(text, str):
        return shown(text)
    parts = text.args[0] if getattr(text, "op", "") == "render" else (None,)
    return shown("".join(part if isinstance(part, str) else unknown for part in parts))
