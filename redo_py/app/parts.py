"""Parts: what of a build rests on which paths, remembered in the snapshot, so that the next build of the same targets
plans and decides only what a change can reach.

A part is an instance of a rule. It rests on the paths that its command read and left, and on other parts. One that is
just a command whose inputs and outputs are plain files, known before it runs, can be kept: as long as no path of it
and of all parts that it rests on has changed, the build would find it up to date. All other parts are open: they are
planned and decided in every build, and so is what rests on them.

What the plan itself is made of stands in no part, nor does what cannot be told to belong to one: when it changes,
everything is planned, unless it is a folder in which all globs find what they found. So it is when a path that is no
output of a part comes, goes, or is no longer the same kind of thing, since plans ask whether there is a file.
"""

from __future__ import annotations

import marshal
from stat import S_ISREG

from redo_py.engine.demand import uses_of
from redo_py.engine.job import Job
from redo_py.engine.manner import ORDINARY
from redo_py.files.api import EXECUTABLE, FILE
from redo_py.files.globbing import glob
from redo_py.files.snapshot import changes, read_snapshot
from redo_py.ground.hashing import VALUE, digest
from redo_py.ir.expression import SchedulerExpression, TaskExpression
from redo_py.tasks.builtin import COMMAND
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.files.snapshot import Snapshot
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.ir.expression import Expression

    Globs = dict[tuple[str, tuple[str, ...]], bytes]  # (pattern, excluded patterns) -> what stands for the answer

VERSION = 1  # of what `packed` writes
MOST_IN_A_ROW = 64  # builds of parts after one that planned everything
CLOSED = ("ran", "cached", "restored")  # outcomes of jobs that can be kept


class Part:
    """One instance of a rule, as it was when all was up to date."""

    __slots__ = ("call", "is_open", "is_root", "needs", "origin", "paths", "products")

    def __init__(
        self,
        origin: str,
        call: bytes,
        needs: tuple[str, ...],
        paths: tuple[str, ...],
        products: tuple[tuple[str, bytes, int], ...],
        is_root: bool,
        is_open: bool,
    ) -> None:
        self.origin = origin
        self.call = call
        self.needs = needs  # origins of the parts that it rests on by itself
        self.paths = paths  # all that its command read and left, and what these rest on in turn
        self.products = products  # (path, digest, kind)
        self.is_root = is_root  # whether it was asked for
        self.is_open = is_open

    def as_tuple(self) -> tuple[Any, ...]:
        """All fields, in the order of `__init__`."""
        return self.origin, self.call, self.needs, self.paths, self.products, self.is_root, self.is_open


class Parts:
    """All parts of a build, each after those that it rests on."""

    __slots__ = ("builds", "execution", "globs", "parts")

    def __init__(self, parts: Sequence[Part], globs: Globs, execution: bytes, builds: int) -> None:
        self.parts = parts
        self.execution = execution  # the id of the one that they were seen by; the records must still know it
        self.globs = globs
        self.builds = builds  # how many builds of parts there were since everything was planned

    def packed(self) -> bytes:
        """The bytes that stand for them in a snapshot."""
        rows = [part.as_tuple() for part in self.parts]
        return marshal.dumps((VERSION, rows, self.globs, self.execution, self.builds), 4)


def unpacked(content: bytes) -> Parts | None:
    """What `packed` made the bytes of; None for nothing, and for another version. They were sealed with their
    snapshot."""
    if not content:
        return None
    version, rows, *rest = marshal.loads(content)
    return Parts([Part(*row) for row in rows], *rest) if version == VERSION else None


def listed(paths: Iterable[str]) -> bytes:
    """What stands for the answer of a glob."""
    return digest(VALUE, "\0".join(paths).encode("utf-8", "surrogateescape"))


def give_the_same(root: str, globs: Globs) -> bool:
    """Whether each glob finds what it found before. Raises UsageError for a folder that may not be read."""
    return all(listed(glob(root, *question).paths) == answer for question, answer in globs.items())


# ---- which parts a change reaches


def reached(parts: Parts, snapshot: Snapshot, changes: Mapping[int, tuple[int, ...]]) -> set[str] | None:
    """The origins of the parts to be planned, where the paths of `snapshot` at the places `changes` have these
    signatures now; None when that may be all, and more than all."""
    changed = {snapshot.paths[place]: (snapshot.signatures[place], now) for place, now in changes.items()}
    made = {path for part in parts.parts for path, _, _ in part.products}
    if not all(path in made or (is_regular(before) and is_regular(now)) for path, (before, now) in changed.items()):
        return None
    left = set(changed)
    found: set[str] = set()
    for part in parts.parts:
        touched = not left.isdisjoint(part.paths) if changed else False
        if touched or part.is_open or not found.isdisjoint(part.needs):
            found.add(part.origin)
    known = {path for part in parts.parts for path in part.paths}
    return found if left <= known else None


def is_regular(signature: tuple[int, ...]) -> bool:
    """Whether it is one of a regular file."""
    return bool(signature) and S_ISREG(signature[2])


class Kept:
    """A part that stands for what is there, see engine.kept."""

    __slots__ = ("_part", "_rest", "call")

    def __init__(self, part: Part, rest: Rest) -> None:
        self._part = part
        self._rest = rest
        self.call = part.call

    def products(self) -> list[File]:
        """What it made."""
        return [File(*product) for product in self._part.products]

    def needs(self) -> list[Expression]:
        """The calls that it rests on, which are kept like itself."""
        return [call for call in map(self._rest.expression, self._part.needs) if call is not None]


class Rest:
    """The parts that are kept in a build of the others, the `reached` ones."""

    def __init__(self, snapshot: Snapshot, parts: Parts, reached: set[str]) -> None:
        self.snapshot = snapshot
        self.parts = parts
        self.reached = reached
        self.fixed = set(snapshot.paths).difference(*[part.paths for part in parts.parts])  # what is in no part
        self.calls: dict[int, Kept] = {}  # id of expression -> part, of those that were asked for
        self._kept = {part.origin: part for part in parts.parts if part.origin not in reached}
        self._expressions: dict[str, TaskExpression] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Any:
        return iter(self._kept.values())

    def signatures(self) -> dict[str, tuple[int, ...]]:
        """What the kept parts rest on, and what is in no part, as the snapshot has it; folders that globs look into
        are looked into again."""
        wanted = self.fixed.union(*[part.paths for part in self])
        pairs = zip(self.snapshot.paths, self.snapshot.signatures, strict=True)
        return {path: signature for path, signature in pairs if path in wanted and path[-1:] != "/"}

    @property
    def roots(self) -> list[str]:
        """The origins of the reached parts that were asked for."""
        return [part.origin for part in self.parts.parts if part.is_root and part.origin in self.reached]

    def expression(self, origin: str) -> TaskExpression | None:
        """The call that stands for the part, None for one that is not kept."""
        part = self._kept.get(origin)
        if part is None:
            return None
        made = self._expressions.get(origin)
        if made is None:
            made = self._expressions[origin] = TaskExpression(COMMAND)
            self.calls[id(made)] = Kept(part, self)
        return made

    def fits(self, planned: Iterable[Instance], globs: Mapping[tuple[str, tuple[str, ...]], Sequence[str]]) -> bool:
        """Whether the reached parts were planned as they were before, and globs found the same: else something has
        changed that nobody has seen."""
        if any(self.parts.globs.get(question, listed(paths)) != listed(paths) for question, paths in globs.items()):
            return False
        needs = {instance.origin: needs_of(instance) for instance in planned}
        return all(
            set(part.needs) == set(needs[part.origin])
            for part in self.parts.parts
            if part.origin in needs and part.origin in self.reached
        )


def rest_of(
    root: str, state_dir: str, key: str, environ: Mapping[str, str], is_recorded: Callable[[bytes], bool]
) -> Rest | None:
    """What need not be planned to answer what the snapshot of `key` answered, if that is anything. The current
    directory must be the project's root, which is locked; `is_recorded` tells whether the records know an execution."""
    snapshot = read_snapshot(state_dir, key)
    parts = unpacked(snapshot.parts) if snapshot is not None else None
    if snapshot is None or parts is None or parts.builds >= MOST_IN_A_ROW or not is_recorded(parts.execution):
        return None
    found = changes(snapshot, environ)
    if found is None:
        return None
    folders = [place for place in found if snapshot.paths[place][-1:] == "/"]
    if folders and not give_the_same(root, parts.globs):  # editors that save by renaming change folders, too
        return None
    return left_out(snapshot, parts, {place: now for place, now in found.items() if place not in folders})


def left_out(snapshot: Snapshot, parts: Parts, changes: Mapping[int, tuple[int, ...]]) -> Rest | None:
    """What no change reaches, if that is anything, where the paths at the places `changes` are not as they were."""
    found = reached(parts, snapshot, changes)
    if found is None or len(found) == len(parts.parts):
        return None
    return Rest(snapshot, parts, found)


# ---- the parts of a build that is over


def needs_of(instance: Instance) -> tuple[str, ...]:
    """The origins of what `instance` needs."""
    return tuple(dict.fromkeys(child.origin for child in instance.children))


def parts_of(
    execution: Execution, planned: Iterable[Instance], rest: Rest | None, fixed: Collection[str], globs: Globs
) -> Parts | None:
    """The parts of a build in which all went well; `fixed` are the paths that the plan rests on, and `globs` what it
    asked. None if not all that was asked for is made by rules."""
    found = {part.origin: part for part in rest} if rest is not None else {}
    fresh: dict[str, Part] = {}
    mine = {id(instance.expression) for instance in planned}
    for instance in planned:
        if instance.kind != "rule":
            return None
        job = execution.frontier.cells.get(id(instance.expression))
        if isinstance(job, Job):
            fresh[instance.origin] = part_of(execution, instance, job, mine, fixed)
    found.update(fresh)
    if any(not part.is_open and not all(need in found for need in part.needs) for part in fresh.values()):
        return None
    builds = 0 if rest is None else rest.parts.builds + 1
    return Parts(in_order(found, rest), globs, execution.id, builds)


def in_order(found: Mapping[str, Part], rest: Rest | None) -> list[Part]:
    """The parts, each after those that it rests on."""
    if rest is None:
        return list(found.values())
    before = [part.origin for part in rest.parts.parts]
    known = set(before)
    new = [origin for origin in found if origin not in known]
    return [found[origin] for origin in (*before, *new) if origin in found]


def part_of(execution: Execution, instance: Instance, job: Job, mine: Collection[int], fixed: Collection[str]) -> Part:
    """The part that `instance` is, whose job is DONE."""
    is_root = id(instance.expression) in execution.requested
    products = tuple((file.path, file.digest, file.kind) for file in job.products)
    paths, is_all = paths_of(execution, job)
    is_open = not (
        is_closed(job)
        and is_all
        and all(kind in (FILE, EXECUTABLE) for _, _, kind in products)
        and (not job.lazy or all(is_planned(use, mine, execution) for use in uses_of(job.expression)))
    )
    own = tuple(path for path in paths if path not in fixed)
    return Part(instance.origin, job.call_hash, needs_of(instance), own, products, is_root, is_open)


def is_closed(job: Job) -> bool:
    """Whether `job` was no more than a command, whose call is recorded, and which another build may look up."""
    options = job.options
    return (
        job.name == COMMAND
        and job.parent is None
        and job.leader is None
        and job.outcome in CLOSED
        and bool(job.call_hash)
        and not job.children
        and not job.always
        and job.manner is ORDINARY
        and not options.get("temp")
    )


def is_planned(use: Any, mine: Collection[int], execution: Execution) -> bool:
    """Whether what a job used is the call of another part, or what that left at a path."""
    if type(use) is SchedulerExpression and use.form == "product":
        use = use.args[0]
    return id(use) in mine or id(use) in execution.kept


def paths_of(execution: Execution, job: Job) -> tuple[list[str], bool]:
    """What `job` read and left, and what that rests on in turn; whether that is all, since what was temporary is gone
    by now."""
    found: dict[str, None] = {}
    is_all = True
    read = [file.path for file in job.files]
    read += [path for path, _ in job.discovered]
    for path in (*read, *[file.path for file in job.products]):
        stamp = execution.stamps.get(path) or execution.links.get(path)
        if stamp is None:
            is_all = False
            continue
        found[path] = None
        for each in stamp.parts:
            found[each.path] = None
    return list(found), is_all
