"""`redun doctor`: whether everything is as redun needs it, with a line for each thing that was looked at.

It changes nothing, not even a cache: it stands in another folder, opens the database for reading alone, and gets the
file system's time from a file without a name.
"""

from __future__ import annotations

import os

from redo_py.app.care.findings import OK, PROBLEM, WARNING, Finding, told
from redo_py.app.care.machine_check import machine
from redo_py.app.care.records_check import records, shared
from redo_py.app.checked_executors import check, ours_of
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.request import defines
from redo_py.app.settings import read_settings
from redo_py.app.workspace import Workspace
from redo_py.config.root import REDUNFILE, STATE, find_project, find_records
from redo_py.config.settings import DEFAULTS, Settings
from redo_py.files.git import ignored_by_git, tracked_by_git
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.soundness import SECOND, from_the_future, lock_trouble, time_in, unwritable
from redo_py.files.ticks import fine_devices
from redo_py.ground.clock import Clock
from redo_py.ground.errors import ErrorList, RedunError
from redo_py.ground.units import shown_size
from redo_py.store.inspection import last_build
from redo_py.store.mounts import is_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.config.layers import Layer
    from redo_py.config.root import Place
    from redo_py.front.modules import Project as Modules
    from redo_py.ground.spans import Span

NOWHERE = "/dev/null/.redun"  # a state folder that nobody can make
LITTLE, NONE = 500 << 20, 20 << 20  # bytes free on the disk: hardly enough, not enough
SKEW = 1.0  # seconds by which clocks may differ
SHOWN = 3  # examples in a line


def doctor(request: Request, environ: Mapping[str, str], write: Callable[[str], None]) -> int:
    """Look at everything, and say what was found; 1 if there is a problem, else 0."""
    findings = []
    here = os.path.abspath(request.directory or ".")
    place = find_project(here, request.file) or (None if request.file else find_records(here))
    os.chdir("/")
    for finding in [*machine(environ), *(project(request, environ, place) if place else [no_project(request)])]:
        findings.append(finding)
        write("\n".join(finding.lines()) + "\n")
    write(told(findings))
    return int(any(finding.level == PROBLEM for finding in findings))


def no_project(request: Request) -> Finding:
    """There is none where the user stands."""
    where = os.path.abspath(request.directory) if request.directory else "here"
    return Finding(WARNING, "project", f"no {request.file or REDUNFILE} {where} or above", "`redun init` writes one")


def project(request: Request, environ: Mapping[str, str], place: Place) -> Iterator[Finding]:
    """All about the project at `place`."""
    yield Finding(OK, "project", place.root)
    patient = Patient(place, environ)
    yield patient.read_settings(request.profile)
    yield from patient.executors()
    yield patient.read_redunfile(request)
    state = f"{place.root}/{STATE}"
    folder = state if os.path.isdir(state) else place.root
    yield file_system(folder)
    yield locks(folder)
    yield clocks(folder, patient.clock)
    yield times(place.root, patient.clock)
    yield space(folder)
    yield writing(place.root)
    yield from git(place.root)
    yield from records(place.root, environ, patient.clock)
    yield from shared(patient.settings, environ, patient.clock)


class Patient:
    """A project that is only looked at: what the redunfile needs of one, with nothing that is written."""

    def __init__(self, place: Place, environ: Mapping[str, str]) -> None:
        self.root, self.here, self.file = place.root, place.here, place.file
        self.environ = environ
        self.clock = Clock()
        self.files = LocalFiles(place.root, StatMemo(f"{NOWHERE}/memo"), None, self.clock, NOWHERE)
        self.settings = Settings(DEFAULTS)
        self.layers: Sequence[Layer] = ()

    def read_settings(self, profile: str) -> Finding:
        """Whether all settings are right."""
        try:
            self.settings, self.layers, _ = read_settings(
                self.files, f"{self.root}/{STATE}", self.environ, profile, is_kept=False
            )
        except (RedunError, ErrorList) as error:
            return Finding(PROBLEM, "settings", str(error))
        files = dict.fromkeys(layer.file for layer in self.layers if layer.file)
        return Finding(OK, "settings", ", ".join(files) or "none: the defaults count")

    def executors(self) -> Iterator[Finding]:
        """Whether the settings of each can be. None is asked: that would write to its scratch."""
        ours = ours_of(self)  # type: ignore[arg-type]
        wrong = [error for name, setting in sorted(ours.items()) if (error := self.fault_of(name, setting))]
        yield from (Finding(PROBLEM, "executors", str(error)) for error in wrong)
        if self.settings.executors and not wrong:
            text = f"{', '.join(sorted(self.settings.executors))}: `redun executors` asks them whether they can be used"
            yield Finding(OK, "executors", text)

    def fault_of(self, name: str, setting: Mapping[str, Any]) -> RedunError | None:
        """What is wrong with the section of an executor."""
        try:
            check(self, name, setting)  # type: ignore[arg-type]
        except RedunError as error:
            return error
        return None

    def place_of_executor(self, name: str) -> str:
        """As of a workspace."""
        return Workspace.place_of_executor(self, name)  # type: ignore[arg-type]

    def span_of_executor(self, name: str, option: str) -> tuple[Span | None, str | None]:
        """As of a workspace."""
        return Workspace.span_of_executor(self, name, option)  # type: ignore[arg-type]

    def read_redunfile(self, request: Request) -> Finding:
        """Whether the redunfile can be read."""
        if not self.file:
            return no_redunfile(self.root)
        try:
            opened = OpenRedunfile(self, defines(request.defines))  # type: ignore[arg-type]
        except (RedunError, ErrorList) as error:
            return Finding(PROBLEM, "redunfile", str(error))
        warnings = [str(warning) for warning in opened.redunfile.warnings]
        count = len(opened.redunfile.rules)
        return (
            Finding(WARNING, "redunfile", "\n".join(warnings))
            if warnings
            else Finding(OK, "redunfile", f"{self.file}, {count} rule{'' if count == 1 else 's'}")
        )

    def modules(self) -> Modules:
        """The project's Python modules, of which only the text is read."""
        from redo_py.front.modules import Project as Modules
        from redo_py.tasks.task import Task

        return Modules(self.root, lambda value: isinstance(value, Task), self.settings.packages)


def no_redunfile(root: str) -> Finding:
    """There is none of the usual name, but there are records."""
    argv = last_build(f"{root}/{STATE}/state.db")
    if not argv:
        return Finding(OK, "redunfile", "none: only runs are recorded here")
    words = argv.split()
    file = words[words.index("-f") + 1] if "-f" in words[:-1] else ""
    text = f"there is no {REDUNFILE}, and so not looked at; the last build was `{argv}`"
    return Finding(WARNING, "redunfile", text, f"`redun doctor -f {file}` looks at it" if file else "")


def file_system(folder: str) -> Finding:
    """What the records lie on."""
    if is_network(folder):
        return Finding(
            WARNING, "disk", f"{folder} is on a network file system", "builds are faster and safer on a local disk"
        )
    if os.stat(folder).st_dev not in fine_devices():
        text = f"{folder} is on a file system whose times may be coarse"
        return Finding(WARNING, "disk", text, "what changed in the last two seconds is read again each time")
    return Finding(OK, "disk", "local, with times finer than a second")


def locks(folder: str) -> Finding:
    """Whether two builds can be kept apart."""
    trouble = lock_trouble(folder)
    if trouble:
        text = f"{folder} cannot be locked: {trouble}"
        return Finding(PROBLEM, "locks", text, "move the project to a file system that can lock")
    return Finding(OK, "locks", "work")


def clocks(folder: str, clock: Clock) -> Finding:
    """Whether the file system has the time of this machine."""
    stamp = time_in(folder)
    if not stamp:
        return Finding(OK, "clock", "not compared: that needs a file system that takes files without names")
    skew = stamp / SECOND - clock.now()
    if abs(skew) > SKEW:
        direction = "ahead of" if skew > 0 else "behind"
        text = f"that of the file system is {abs(skew):.1f} seconds {direction} that of this machine"
        return Finding(WARNING, "clock", text, "set both by the same time server")
    return Finding(OK, "clock", "the file system has the time of this machine")


def times(root: str, clock: Clock) -> Finding:
    """Whether files claim to be changed in the future."""
    found = from_the_future(root, clock.now_ns())
    if found:
        shown = ", ".join(os.path.relpath(path, root) for path in found[:SHOWN])
        rest = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        advice = "redun reads them again in each build until then: `touch` them"
        return Finding(WARNING, "times", f"changed in the future: {shown}{rest}", advice)
    return Finding(OK, "times", "no file was changed in the future")


def space(folder: str) -> Finding:
    """Whether there is room on the disk."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < LITTLE:
        level = PROBLEM if free < NONE else WARNING
        return Finding(level, "space", f"{shown_size(free)} free", "make room; `redun gc --max-size 500M` may help")
    if disk.f_files and disk.f_favail < 1000:
        return Finding(
            WARNING, "space", f"room for {disk.f_favail} more files only", "remove some: `redun gc` may help"
        )
    return Finding(OK, "space", f"{shown_size(free)} free")


def writing(root: str) -> Finding:
    """Whether redun may write where it must."""
    state = f"{root}/{STATE}"
    closed = unwritable(state) if os.path.isdir(state) else [root] if not os.access(root, os.W_OK) else []
    if closed:
        shown = ", ".join(os.path.relpath(path, root) for path in closed[:SHOWN])
        text = f"cannot be written: {shown}{' and more' if len(closed) > SHOWN else ''}"
        return Finding(PROBLEM, "writing", text, f"`chmod -R u+w {STATE}`, or find out whose it is with `ls -l`")
    return Finding(OK, "writing", f"{STATE} can be written" if os.path.isdir(state) else "the project can be written")


def git(root: str) -> Iterator[Finding]:
    """Whether git leaves redun's records alone."""
    ignored = ignored_by_git(root, f"{STATE}/state.db")
    if ignored is None:
        yield Finding(OK, "git", "no work tree here")
        return
    tracked = tracked_by_git(
        root, [f"{STATE}/{name}" for name in ("state.db", "artifacts", "memo", "snapshots", "lock")]
    )
    if tracked:
        text = f"git keeps {', '.join(sorted(tracked))}"
        yield Finding(PROBLEM, "git", text, f"`git rm -r --cached {STATE}`: records of one machine are none of another")
    elif not ignored and os.path.isdir(f"{root}/{STATE}"):
        yield Finding(WARNING, "git", f"{STATE} is not ignored", f"`echo {STATE}/ >> .gitignore`")
    else:
        yield Finding(OK, "git", f"leaves {STATE} alone")
