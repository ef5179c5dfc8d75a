"""What the system tells about processes: when they started, whether a group still lives, who carries a variable.

Linux says it in /proc; elsewhere `ps` is asked. Pids are used again, so a pid alone proves nothing: a process is told
by its pid together with its start.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.ground.clock import Clock

HAS_PROC = os.path.exists("/proc/self/stat")

# Signal numbers, the same on Linux and macOS. The module `signal` imports enum, which the build path does without.
SIGKILL, SIGPIPE, SIGTERM, SIGXFSZ = 9, 13, 15, 25
GRACE = 2.0  # seconds between TERM and KILL
WORKER_GRACE = 2 * GRACE  # the same for a worker, which gives a command GRACE before it kills it

_STATE, _PARENT, _GROUP, _START = 0, 1, 2, 19  # places in what `_stat_fields` gives
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")  # in which /proc counts


def start_of(pid: int) -> str:
    """When `pid` started, as the system writes it; "" if there is no such process (a zombie may count)."""
    if not HAS_PROC:
        return _start_by_ps(pid)
    fields = _stat_fields(pid)
    return fields[_START] if fields else ""


def latest_start(pid: int, clock: Clock) -> str:
    """A moment after which `pid`, which has just been started, did not start. Asking the system for the very start
    would cost a tenth of what starting a process does."""
    return str(int(clock.since_boot() * _TICKS_A_SECOND)) if HAS_PROC else _start_by_ps(pid)


def is_alive(pid: int, start: str) -> bool:
    """Does the process that had `pid` at the moment `start` still run? A zombie does not. Whoever got the pid after it
    started later."""
    if not HAS_PROC:
        return bool(start) and _start_by_ps(pid) == start
    fields = _stat_fields(pid)
    return bool(fields) and int(fields[_START]) <= int(start or 0) and fields[_STATE] not in "ZX"


def stands_still(pid: int) -> bool:
    """Whether `pid` was stopped, by a signal or a debugger. Without /proc that is not known."""
    fields = _stat_fields(pid) if HAS_PROC else []
    return bool(fields) and fields[_STATE] in "Tt"


def place() -> str:
    """What pids are relative to: the boot and the pid namespace. Pids of another place mean nothing here."""
    if not HAS_PROC:
        return os.uname().nodename
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        boot = file.read().strip()
    return f"{boot}/{os.stat('/proc/self/ns/pid').st_ino}"


def this_boot() -> str:
    """What tells this machine, from when it was started to when it goes down, from others; its containers are it."""
    return place().partition("/")[0]


def this_process() -> str:
    """What tells this process from all others, for the records."""
    return "\t".join((str(os.getpid()), start_of(os.getpid()), place(), os.uname().nodename))


def pid_here(process: str) -> int:
    """The pid of the process that `this_process` told of; -1 if it is of another place."""
    told = _read(process)
    return int(told[0]) if told and told[2] == place() else -1


def _read(process: str) -> list[str]:
    """What `this_process` told: pid, start, place and machine; [] if it did not: others write to records, too."""
    told = process.split("\t")
    is_right = len(told) == 4 and told[0].isdecimal() and (told[1].isdecimal() or not told[1] or not HAS_PROC)
    return told if is_right else []


def ancestors() -> set[int]:
    """The pids of the processes that have started this one, directly or not; without /proc only of the first."""
    found = {os.getppid()}
    pid = os.getppid()
    while HAS_PROC and (fields := _stat_fields(pid)):
        pid = int(fields[_PARENT])
        found.add(pid)
    return found


def is_gone(process: str) -> bool:
    """Has the process that `this_process` told of ended? Of one on another machine, or in a container of its own, that
    cannot be told, and it is taken to be there still."""
    told = _read(process)
    if not told:
        return False
    pid, start, its_place, machine = told
    if its_place == place():
        return not is_alive(int(pid), start)
    return machine == os.uname().nodename and its_place.partition("/")[0] != this_boot()


def group_lives(group: int) -> bool:
    """Is there a process in `group` that we may signal and that is no zombie? Without /proc a zombie may count."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # macOS forbids signals to zombies
        return False
    return not HAS_PROC or any(True for _ in members(group))


def members(group: int) -> Iterator[int]:
    """The pids of the processes in `group` that are no zombies. Only where there is /proc."""
    for pid in _pids():
        fields = _stat_fields(pid)
        if fields and fields[_GROUP] == str(group) and fields[_STATE] not in "ZX":
            yield pid


def children() -> set[int]:
    """The pids of the processes that this one has started and that are no zombies; none without /proc."""
    this = str(os.getpid())
    found = {pid: _stat_fields(pid) for pid in _pids()} if HAS_PROC else {}
    return {pid for pid, fields in found.items() if fields and fields[_PARENT] == this and fields[_STATE] not in "ZX"}


def environments() -> Iterator[tuple[int, list[bytes]]]:
    """(pid, the NAME=value that it was started with) of each process that we may look into; none without /proc."""
    for pid in _pids() if HAS_PROC else ():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                yield pid, file.read().split(b"\0")
        except OSError:  # gone, or another user's
            continue


def name_of(pid: int) -> str:
    """The pid and what runs there, to be shown."""
    try:
        with open(f"/proc/{pid}/comm", errors="replace") as file:
            return f"{pid} ({file.read().strip()})"
    except OSError:
        return str(pid)


def send(target: int, number: int) -> None:
    """Send a signal to a process, or to all of group N if `target` is -N; one that is gone is fine."""
    try:
        os.kill(target, number)
    except (ProcessLookupError, PermissionError):
        pass


def group_of(pid: int) -> int:
    """The process group of `pid`, 0 if there is no such process."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def _stat_fields(pid: int) -> list[str]:
    """Fields 3 and on of /proc/PID/stat: state, parent, group ...; empty if there is none."""
    try:
        fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return []
    try:
        text = os.read(fd, 4096)
    except ProcessLookupError:
        return []
    finally:
        os.close(fd)
    return text[text.rindex(b")") + 2 :].decode("ascii").split()  # the name before may hold anything


def _start_by_ps(pid: int) -> str:
    import subprocess

    question = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    asked = subprocess.run(question, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/bin:/usr/bin"})
    state, _, start = asked.stdout.decode("ascii", "replace").strip().partition(" ")
    return "" if state.startswith("Z") else start.strip()
