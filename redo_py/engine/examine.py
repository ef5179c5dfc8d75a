"""examine: whether what is remembered of an evaluation still holds.

A trace holds if everything it discovered is as it was, every File in its value that it did not make is as it was, and
everything it made is in place or can be put back from the artifacts. Discovered paths are compared in the order in
which they were recorded, up to the first difference. One that a rule makes by now is up to date if the job rests on
that rule; if it does not, the trace says nothing: the job must run and be told that it depends on the path.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import observe, saw_products
from redo_py.engine.reach import unreached
from redo_py.engine.written import read_with_files
from redo_py.ground.errors import RedunError
from redo_py.ground.nested import PLAIN, holds_plain
from redo_py.ir.flat import fields_of, in_order
from redo_py.records import Trace
from redo_py.values.codec import Unreadable, preview
from redo_py.values.encoding import EMPTY, NotPlain, decode
from redo_py.values.file import Observed
from redo_py.values.hooks import invalid_in
from redo_py.values.unknown import ABSENT_DIGEST, UNKNOWN_DIGEST
from redo_py.values.value import IN_USE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.engine.job import Product
    from redo_py.files.api import Stamp


class Hit:
    """A trace that holds. The trace may be of what the evaluation reduced to, or of what that came to in the end."""

    __slots__ = ("discovered", "instead", "missing", "products", "trace", "value")

    def __init__(
        self,
        trace: Trace,
        value: Any,
        products: Sequence[Product],
        missing: Sequence[Product],
        discovered: Any,
        instead: Sequence[Stamp],
    ) -> None:
        self.trace = trace
        self.value = value  # may hold expressions
        self.products = products
        self.missing = missing  # those of `products` that are not in place, all of which can be restored
        self.discovered = discovered
        self.instead = instead  # what lies at the paths of `missing`


class Miss:
    """Nothing holds. `about` and its facts say why, see engine.explain."""

    __slots__ = ("about", "new", "old", "path")

    def __init__(self, about: str, path: str = "", old: bytes = b"", new: bytes = b"") -> None:
        self.about = about  # a key of explain.SUMMARIES, or "no trace"
        self.path = path
        self.old = old
        self.new = new


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


def plain_hit(traces: list[Trace]) -> Hit | None:
    """The Hit of a trace that needs no examination: the only one, of plain data, and nothing was discovered or made.
    Such are most, and this is what `examine` would say."""
    if len(traces) != 1:
        return None
    trace = traces[0]
    if trace.value_format != "plain" or trace.discovered != EMPTY or trace.products != EMPTY:
        return None
    try:
        value = decode(trace.value_bytes)
    except NotPlain:
        return None
    return Hit(trace, value, (), (), (), ()) if type(value) in PLAIN or holds_plain(value) else None


def see_discovered(execution: Execution, jobs: list[Job], opened: list[list[OpenTrace]]) -> None:
    """Look at all discovered paths that no rule makes, in one batch; not at those that only variables named, and that
    were missed, for now they may be folders."""
    found = [pair for traces in opened for trace in traces for pair in trace.discovered]
    offered = {path for job in jobs for path in job.options.get("offered", ())}
    paths = {path: None for path, digest in found if digest != ABSENT_DIGEST or path not in offered}
    execution.doors.planner.look_up([path for path in paths if path not in execution.stamps])
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


def examine(execution: Execution, job: Job, traces: list[OpenTrace], outputs: dict[str, Stamp]) -> Hit | Miss:
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
    except RedunError as wrong:  # what is wrong with who makes one of them is told if the job still reads it
        if wrong.code == "leftover-input":
            return Miss("leftover", str(wrong.words["path"]))
        return Miss("discovered", *trace.discovered[0])
    for path, digest in trace.discovered:
        if path in late:
            return Miss("discovered", path, digest)
        if digest == ABSENT_DIGEST:
            from redo_py.engine.undeclared import is_missed

            if is_missed(execution, job, path):
                continue
        now = digest_now(execution, path)
        if now != digest:
            return Miss("discovered", path, digest, now)
    return None


def undeclared(execution: Execution, job: Job, paths: Sequence[str]) -> list[str]:
    """Those of `paths` that a rule makes on which `job` does not rest."""
    planner = execution.doors.planner
    planner.look_up(paths)
    producer = planner.producer
    makers = {id(call): path for path in paths if (call := producer(path)) is not None and call is not job.expression}
    return [makers[maker] for maker in unreached(execution, job, set(makers))] if makers else []


def digest_now(execution: Execution, path: str) -> bytes:
    """The content of `path` as this execution knows it; in a dry run that of a product may not be known."""
    maker = execution.made_by.get(path)
    if maker is not None and maker.outcome == "would_run":
        return UNKNOWN_DIGEST
    return observe(execution, [path])[0].digest or ABSENT_DIGEST


def examine_result(execution: Execution, job: Job, opened: OpenTrace, outputs: dict[str, Stamp]) -> Hit | Miss:
    """Whether the value can be read, its references hold and its products are there or can be restored."""
    trace = opened.trace
    if opened.broken:
        return Miss("unreadable", opened.broken)
    try:
        value, files = read_with_files(execution, trace)
    except Unreadable as error:
        return Miss("unreadable", str(error))
    if "is_valid" in IN_USE and (lost := invalid_in(all_in(value))) is not None:
        return Miss("invalid", preview(lost))
    if "handle" in IN_USE:
        from redo_py.engine.handles import first_invalid

        if (undone := first_invalid(execution, value)) is not None:
            return Miss("handle", undone.fullname)
    products = list(opened.products)
    for file in references(files, products):
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


def all_in(value: Any) -> list[Any]:
    """`value`, and what the expressions in it hold."""
    return [value, *(fields_of(expression)[1] for expression in in_order(value))]


def references(files: list[Observed], products: list[Product]) -> list[Observed]:
    """Those of `files` that the job did not make."""
    made = {path for path, _, _ in products} if files else ()
    return [file for file in files if file.path not in made]


def differs(product: Product, stamp: Stamp) -> bool:
    """Whether something else than `product` lies at its path."""
    return stamp.digest != product[1] or stamp.kind != product[2]
