"""adopt: take outputs that are there for those that a job would make of its present inputs, without running it.

Nothing proves that they are: somebody says so. Therefore only what could be proven wrong is looked for, and whatever is
in doubt is left to be made: an output that is missing, or older than something that it is made from; an input that is
not itself up to date; dependencies that nobody wrote down. What was adopted is recorded as such, until it has run.

Adopting happens in a dry run, so that nothing else does.
"""

from __future__ import annotations

from redo_py.engine.assume import resting
from redo_py.engine.examine import Miss
from redo_py.engine.execution import Execution
from redo_py.engine.finish import Changed, check_discovered, check_output, check_outputs
from redo_py.engine.job import Job
from redo_py.engine.reduce import settle
from redo_py.engine.written import write_value
from redo_py.files.api import ABSENT, DIRECTORY
from redo_py.ground.errors import RedunError
from redo_py.tasks.builtin import COMMAND
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.api import Stamp

ADOPTED = "it was there and was adopted, without being verified"  # the reason of such a job
OPEN = ("no trace", "discovered")  # about what a miss may be: in all other cases more is known than that nothing is
MTIME = 4  # its place in a signature


class Doubt(Exception):
    """Why the outputs of a job cannot be adopted, in words that follow its name."""


def adopt(execution: Execution, job: Job, miss: Miss) -> bool:
    """READY -> concluded, if the outputs of `job` are to be adopted and can be; else False, with the reason why not if
    they were to be."""
    adopting = execution.settings.adopting
    if adopting is None or not job.outputs or not adopting.matches([output.path for output in job.outputs]):
        return False
    try:
        refuse_open_questions(execution, job, miss)
        take_over(execution, job, made_outputs(execution, job))
    except Doubt as doubt:
        job.reason = str(doubt)
        return False
    except Changed as change:
        job.reason = f"{change.path} has just changed: try again"
        return False
    except RedunError as error:
        job.reason = error.headline
        return False
    return True


def refuse_open_questions(execution: Execution, job: Job, miss: Miss) -> None:
    """Raise Doubt for a job of which something else must be known than its outputs."""
    if job.name != COMMAND:
        raise Doubt("it is made by Python code, whose result is more than its files")
    if miss.about == "unknown" or resting(execution, job) is not None:
        raise Doubt(f"{miss.path or 'something'} that it is made from would be made again: adopt that, too")
    if miss.about == "product":
        raise Doubt(f"redun has made {miss.path} of the same inputs, and it was something else")
    if miss.about not in OPEN:
        raise Doubt(job.reason)


def made_outputs(execution: Execution, job: Job) -> list[Stamp]:
    """What lies at the outputs of `job`. Raises Doubt and RunError unless it is all there."""
    stamps = execution.doors.files.observe_outputs([output.path for output in job.outputs])
    for output, stamp in zip(job.outputs, stamps, strict=True):
        if stamp.kind == ABSENT:
            raise Doubt(f"{output.path} is not there")
        check_output(job, output, stamp)
    return stamps


def take_over(execution: Execution, job: Job, outputs: list[Stamp]) -> None:
    """Conclude `job` with `outputs` as if it had just made them. Raises Doubt, Changed and RedunError before that."""
    adopting = execution.settings.adopting
    assert adopting is not None
    inputs = present_inputs(execution, job)
    job.started = job.ended = execution.doors.clock.now()
    read = adopting.read_depfiles(job) if job.depfiles else []
    job.discovered = check_discovered(execution, job, read) if read else ()
    if job.options.get("offered"):
        from redo_py.engine.undeclared import offered_and_read

        job.discovered += offered_and_read(execution, job)
    if job.volatile:
        raise Doubt("something that it is made from has just changed: try again")
    inputs += [execution.stamps[path] for path, _ in job.discovered if path in execution.stamps]
    if not adopting.any_age:
        refuse_older(outputs, inputs)
    if not adopting.dry:
        outputs = execution.doors.files.collect([stamp.path for stamp in outputs])
    check_outputs(execution, job, {stamp.path: stamp for stamp in outputs})
    result = tuple(job.products)
    job.result_written = write_value(execution, result)
    job.outcome, job.reason = "adopted", ADOPTED
    for file in job.products:
        execution.made_by[file.path] = job
    settle(execution, job, result)


def present_inputs(execution: Execution, job: Job) -> list[Stamp]:
    """What lies at the inputs of `job` now. Raises Doubt for one that is only going to be what the job is to read."""
    stamps = execution.doors.files.observe([file.path for file in job.files])
    for file, stamp in zip(job.files, stamps, strict=True):
        if (stamp.digest or ABSENT_DIGEST) != file.digest:
            raise Doubt(f"{file.path} is not up to date")
    return stamps


def refuse_older(outputs: list[Stamp], inputs: list[Stamp]) -> None:
    """Raise Doubt if an output was last written before an input was: then it was made from something else."""
    oldest = min(outputs, key=written_at)
    for stamp in inputs:
        if stamp.signature and written_at(stamp) > written_at(oldest):
            raise Doubt(f"{stamp.path} is newer than {oldest.path}")


def written_at(stamp: Stamp) -> int:
    """When the newest part of it was last written, in ns; what has no parts, itself. A folder counts by its files."""
    parts = [part for part in stamp.parts if part.signature and part.kind != DIRECTORY]
    if stamp.kind != DIRECTORY or not parts:
        parts = [stamp, *parts]
    return max(part.signature[MTIME] for part in parts)
