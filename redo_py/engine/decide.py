"""decide: is there a result for this evaluation that still holds? Hit, Join or Miss, as plain data.

An evaluation (task and arguments) may have several traces, one for each state of what it discovered while it ran. A
trace holds if everything it discovered is as it was, every File in its value that it did not make is as it was, and
everything it made is in place or can be put back from the artifacts. Discovered paths are compared in the order in
which they were recorded, up to the first difference. One that a rule makes by now is up to date if the job rests on
that rule; if it does not, the trace says nothing: the job must run and be told that it depends on the path.

`why` reads the Finding of the same walk; there is no second one.
"""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.execution import Execution
from redo_py.engine.forced import is_forced
from redo_py.engine.job import Job
from redo_py.engine.observe import files_in, observe, saw_products, with_tasks
from redo_py.engine.prepare import first_unknown, prepare
from redo_py.engine.reach import unreached
from redo_py.engine.temporary import awaited
from redo_py.ground.errors import RedunError
from redo_py.ir.flat import unflatten
from redo_py.records import Trace
from redo_py.tasks.builtin import STDOUT
from redo_py.values.codec import Unreadable, load
from redo_py.values.encoding import NotPlain, decode
from redo_py.values.file import File
from redo_py.values.unknown import ABSENT_DIGEST, UNKNOWN_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.engine.job import Product
    from redo_py.files.api import Stamp


class Hit:
    """A trace that holds."""

    __slots__ = ("discovered", "instead", "missing", "products", "trace", "value")

    def __init__(
        self,
        trace: Trace,
        value: Any,
        products: list[Product],
        missing: list[Product],
        discovered: Any,
        instead: list[Stamp],
    ) -> None:
        self.trace = trace
        self.value = value  # may hold expressions
        self.products = products
        self.missing = missing  # those of `products` that are not in place, all of which can be restored
        self.discovered = discovered
        self.instead = instead  # what lies at the paths of `missing`


class Join:
    """The same evaluation is another job's already."""

    __slots__ = ("leader",)

    def __init__(self, leader: Job) -> None:
        self.leader = leader


class Miss:
    """Nothing holds. `about` and its facts say why, see engine.explain."""

    __slots__ = ("about", "new", "old", "path")

    def __init__(self, about: str, path: str = "", old: bytes = b"", new: bytes = b"") -> None:
        self.about = about  # a key of explain.SUMMARIES, or "no trace"
        self.path = path
        self.old = old
        self.new = new


Verdict = Hit | Join | Miss


def decide(execution: Execution, jobs: Sequence[Job]) -> list[tuple[Job, Verdict]]:
    """The verdict for each READY job that could be identified. Moves none of them, but fails those that could not."""
    verdicts: list[tuple[Job, Verdict]] = []
    asking: list[Job] = []
    for job in prepare(execution, list(jobs)):
        if job.kind == "task":  # numbered in the order of the calls, not of what becomes of them
            address_of(execution, job)
        if execution.settings.dry and first_unknown(job) is not None:
            verdicts.append((job, Miss("unknown", first_unknown(job) or "something it uses")))
            continue
        leader = execution.frontier.by_evaluation.setdefault(job.eval_hash, job)
        if leader is not job:
            verdicts.append((job, Join(leader)))
        elif job.always and not takes_last_answer(execution, job):
            verdicts.append((job, Miss("always")))
        elif execution.settings.force_all or is_forced(execution, job):
            verdicts.append((job, Miss("forced")))
        else:
            asking.append(job)
    if asking:
        verdicts.extend(zip(asking, look_up(execution, asking), strict=True))
    return verdicts


def takes_last_answer(execution: Execution, job: Job) -> bool:
    """Whether `job` is a question that is not asked, because this is a dry run: one that does not ask, or would have
    to put something in place for that."""
    if not execution.settings.dry or job.name != STDOUT:
        return False
    return not execution.settings.asks or bool(execution.unmaterialised and awaited(execution, job))


def look_up(execution: Execution, jobs: list[Job]) -> list[Verdict]:
    """The verdicts for identified jobs, from the store."""
    found = execution.doors.store.lookup([job.eval_hash for job in jobs])
    opened = [[OpenTrace(trace) for trace in traces] for traces in found]
    see_discovered(execution, opened)
    outputs = see_products(execution, opened)
    return [examine(execution, job, traces, outputs) for job, traces in zip(jobs, opened, strict=True)]


class OpenTrace:
    """A trace with its lists decoded."""

    __slots__ = ("broken", "discovered", "products", "trace")

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.broken = ""  # why the lists cannot be read; they are empty then
        self.discovered: tuple[tuple[str, bytes], ...] = ()
        self.products: tuple[Product, ...] = ()
        try:
            self.discovered, self.products = decode(trace.discovered), decode(trace.products)
        except NotPlain as error:
            self.broken = str(error)


def see_discovered(execution: Execution, opened: list[list[OpenTrace]]) -> None:
    """Look at all discovered paths that no rule makes, in one batch."""
    paths = {path: None for traces in opened for trace in traces for path, _ in trace.discovered}
    observe(execution, [path for path in paths if path in execution.stamps or is_source(execution, path)])


def is_source(execution: Execution, path: str) -> bool:
    """Whether no rule makes `path`; False for one that a rule would make that is wrong."""
    try:
        return execution.doors.planner.producer(path) is None
    except RedunError:
        return False


def see_products(execution: Execution, opened: list[list[OpenTrace]]) -> dict[str, Stamp]:
    """Look at all products, in one batch."""
    paths = dict.fromkeys(path for traces in opened for trace in traces for path, _, _ in trace.products)
    stamps = execution.doors.files.observe_outputs(list(paths))
    return {stamp.path: stamp for stamp in stamps}


def examine(execution: Execution, job: Job, traces: list[OpenTrace], outputs: dict[str, Stamp]) -> Verdict:
    """The first trace that holds, or what is wrong with the newest."""
    first: Miss | None = None
    for trace in traces:
        verdict = examine_discovered(execution, job, trace) or examine_result(execution, job, trace, outputs)
        if not isinstance(verdict, Miss):
            return verdict
        first = first or verdict
    return first or Miss("no trace")


def examine_discovered(execution: Execution, job: Job, trace: OpenTrace) -> Miss | None:
    """None when everything that was discovered is as it was."""
    try:
        late = undeclared(execution, job, [path for path, _ in trace.discovered])
    except RedunError:  # a rule is wrong that makes one of them: if the job still reads it, it will be told
        return Miss("discovered", *trace.discovered[0])
    for path, digest in trace.discovered:
        if path in late:
            return Miss("discovered", path, digest)
        now = digest_now(execution, path)
        if now != digest:
            return Miss("discovered", path, digest, now)
    return None


def undeclared(execution: Execution, job: Job, paths: Sequence[str]) -> list[str]:
    """Those of `paths` that a rule makes on which `job` does not rest."""
    producer = execution.doors.planner.producer
    makers = {id(call): path for path in paths if (call := producer(path)) is not None and call is not job.expression}
    return [makers[maker] for maker in unreached(execution, job, set(makers))] if makers else []


def digest_now(execution: Execution, path: str) -> bytes:
    """The content of `path` as this execution knows it; in a dry run that of a product may not be known."""
    maker = execution.made_by.get(path)
    if maker is not None and maker.outcome == "would_run":
        return UNKNOWN_DIGEST
    return observe(execution, [path])[0].digest or ABSENT_DIGEST


def examine_result(execution: Execution, job: Job, opened: OpenTrace, outputs: dict[str, Stamp]) -> Verdict:
    """Whether the value can be read, its references hold and its products are there or can be restored."""
    trace = opened.trace
    if opened.broken:
        return Miss("unreadable", opened.broken)
    try:
        value = read_value(execution, trace)
    except Unreadable as error:
        return Miss("unreadable", str(error))
    products = list(opened.products)
    for file in references(value, products):
        now = digest_now(execution, file.path)
        if now != file.digest:
            return Miss("reference", file.path, file.digest, now)
    missing = [product for product in products if differs(product, outputs[product[0]])]
    if missing and not (execution.settings.restores and execution.doors.files.can_restore(missing)):
        path, digest, _ = missing[0]
        return Miss("product", path, digest, outputs[path].digest)
    if not missing:
        saw_products(execution, [outputs[path] for path, _, _ in products])
    return Hit(trace, value, products, missing, opened.discovered, [outputs[path] for path, _, _ in missing])


def read_value(execution: Execution, trace: Trace) -> Any:
    """The value of a trace, expressions and all; raises Unreadable, also when it calls a task that there is no more."""
    format_ = trace.value_format.removeprefix("expression:")
    value = load(format_, trace.value_bytes)
    try:
        if format_ == trace.value_format:
            return with_tasks(execution, value)
        for kind, fields in value[0]:
            if kind == "task":
                execution.doors.tasks.resolve(fields[0])
        return unflatten(*value)
    except RedunError as error:
        raise Unreadable(error.headline) from error
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def references(value: Any, products: list[Product]) -> list[File]:
    """The Files in `value` that the job did not make."""
    made = {path for path, _, _ in products}
    return [file for file in files_in(value) if file.path not in made]


def differs(product: Product, stamp: Stamp) -> bool:
    """Whether something else than `product` lies at its path."""
    return stamp.digest != product[1] or stamp.kind != product[2]
