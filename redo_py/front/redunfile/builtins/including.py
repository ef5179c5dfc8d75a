"""Reading another redunfile of the project: for `include("sub")`, and for `from .sub.redunfile import NAME`."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.unit import FILE
from redo_py.front.redunfile.names.labels import folder_at
from redo_py.front.redunfile.names.suggest import similar
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.grammar.syntax import Import, Node

DEEPEST = 30  # redunfiles that include each other in a row


def include(machine: Machine, node: Node, text: str) -> Unit:
    """The redunfile in the folder that `text` names, read if it has not been yet: it takes part in the build.

    Raises UsageError if it cannot be part of this project, ErrorList for what is wrong in it.
    """
    redunfile = machine.redunfile
    if machine.undecided:
        raise machine.error("include-undecided", node)
    folder = folder_at(text, machine.unit.folder)
    known = redunfile.units.get(folder)
    if known is None:
        _check_folder(machine, node, folder)
        if len(_chain(machine)) >= DEEPEST:
            raise machine.error("include-deep", node, most=DEEPEST)
        known = machine.load(machine, node, folder)
    elif not known.is_loaded:
        raise _cycle(machine, node, known)
    machine.unit.includes[folder] = None
    return known


def _chain(machine: Machine) -> list[Unit]:
    """The redunfiles that are being read, the root's first."""
    return [unit for unit in machine.redunfile.units.values() if not unit.is_loaded]


def _cycle(machine: Machine, node: Node, unit: Unit) -> UsageError:
    if unit is machine.unit:
        return machine.error("include-self", node)
    chain = _chain(machine)
    way = [each.file for each in (*chain[chain.index(unit) :], unit)]
    return machine.error("include-cycle", node, path=" -> ".join(way))


def _check_folder(machine: Machine, node: Node, folder: str) -> None:
    """Raise UsageError unless `folder` holds a redunfile that belongs to this project alone."""
    host = machine.reads.host
    if folder[:1] == "/" or folder == ".." or folder.startswith("../"):
        raise machine.error("include-outside", node, folder=folder)
    real = host.real_folder(folder)
    if real[:1] == "/":
        raise machine.error("include-outside", node, folder=f"{folder}, which is a link to {real},")
    if real != folder:
        raise machine.error("include-link", node, folder=folder, real=real, written=machine.unit.shown(real))
    if not machine.reads.is_file(f"{folder}/{FILE}"):
        raise machine.error("no-such-include", node, file=f"{folder}/{FILE}", hint=_hint(machine, folder))
    border = host.border(folder)
    if border:
        raise machine.error("include-project", node, folder=folder, border=border)


def _hint(machine: Machine, folder: str) -> str:
    """What may have been meant by a folder without a redunfile."""
    if folder.rpartition("/")[2] == FILE:
        return f'name the folder: `include("{machine.unit.shown(folder.rpartition("/")[0] or ".")}")`'
    found = [path.rpartition("/")[0] for path in machine.reads.host.glob(f"**/{FILE}", ())]
    close = similar(folder, [each for each in found if each], 1)
    if close:
        return f"did you mean `{machine.unit.shown(close[0])}`?"
    return f"`include` takes a folder with a {FILE}"


def imported_unit(machine: Machine, node: Import) -> Unit:
    """The redunfile that `from .sub.redunfile import ...` names: a dot is the folder of this file, each further one a
    folder up. Raises UsageError for anything else that begins with a dot."""
    dots = len(node.module) - len(node.module.lstrip("."))
    *folders, last = node.module[dots:].split(".")
    if last != FILE.removesuffix(".py"):
        raise machine.error("relative-import", node, module=node.module)
    if machine.body is not None or machine.calls:
        raise machine.error("include-in-body", node)
    return include(machine, node, "/".join([".", *[".."] * (dots - 1), *folders]))


def imported_value(machine: Machine, node: Any, unit: Unit) -> Any:
    """The value of one name that is imported from `unit`. Raises UsageError if it has none."""
    names = unit.scope.names
    if node.name not in names:
        close = similar(node.name, names, 1, 0.7)
        hint = f"did you mean `{close[0]}`?" if close else ""
        raise machine.error("not-in-redunfile", node, name=node.name, file=unit.file, hint=hint)
    return names[node.name]
