"""Why a container ended as it did, as errors."""

from __future__ import annotations

from redo_py.executors.container.argv import NOT_EXECUTABLE, NOT_FOUND, REFUSED
from redo_py.executors.container.engine import last_line
from redo_py.ground.errors import RunError
from redo_py.ground.units import shown_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.backend import Placed
    from redo_py.executors.container.engine import End, Engine

OF_ENGINES = ("Error: ", "docker: ")  # what their own words begin with


def refusal(job: Placed, engine: Engine, said: str) -> RunError:
    """The error of a job that the engine did not start: `said` are its words."""
    image, facts = job.options.image, [(engine.name, last_line(said))]
    if not engine.has_image(image):
        return RunError("container-image", image=image, engine=engine.name, facts=facts)
    return RunError("container-refused", engine=engine.name, reason=last_line(said))


def failure(job: Placed | None, engine: Engine, status: int, end: End, said: str) -> RunError | None:
    """The error of a job whose container ended with `status`, which is not 0; None if its worker tells it better. `job`
    is None if an earlier process began it, with success."""
    if end.is_starved:
        return RunError("container-memory", memory=shown_size(end.memory) if end.memory else "all that there is")
    if job is None:
        return None
    if status == REFUSED:
        return refusal(job, engine, said)
    if status in (NOT_EXECUTABLE, NOT_FOUND):
        last = said.strip().rpartition("\n")[2]
        if last.startswith(OF_ENGINES) and job.argv[0] not in last:  # it was not the program that kept it from that
            return RunError("container-refused", engine=engine.name, reason=last_line(said))
        facts = [(engine.name, last_line(said))]
        return RunError("container-program", image=job.options.image, program=job.argv[0], facts=facts)
    return None
