"""What goes between an executor for Spark and its driver, and the session that the functions of a driver are given.

The first message to a driver is its Plan, the first one back is Opened. From then on each message begins with the
number of a job: there it is followed by a packed Order, or by nothing, which cancels that job; back it is followed by a
packed Reply.
"""

from __future__ import annotations

import os
import re
from struct import Struct

from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

DRIVER = "_spark"  # the hidden command that drives: `redun _spark REQUESTS REPLIES ROOT FOLDER...`
NUMBER = Struct("<q")  # what each message of a job begins with
LOST = 75  # exit status of a driver that has lost its Spark: another one may do better
SUBMIT_WORDS = "PYSPARK_SUBMIT_ARGS"  # the variable with the words that pyspark starts Spark's Java with
FRAME = re.compile(r"\s+at \S+\(.*\)|\s*\.\.\. \d+ .*(more|omitted)")  # of what Java prints with an error
CONNECT = "sc://"  # what the address of a Connect server begins with


class Plan:
    """Which Spark a driver is to use, and with which code."""

    __slots__ = (
        "conf", "config", "excludes", "folders", "includes", "master", "patience", "python", "root",
    )  # fmt: skip

    def __init__(
        self,
        master: str,
        conf: dict[str, str],
        python: str,
        root: str,
        folders: Sequence[str] = (),
        includes: Sequence[str] = (),
        excludes: Sequence[str] = (),
        patience: float = 60.0,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.master = master
        self.conf = conf
        self.python = python  # of Spark's executors; "" if Spark says which
        self.root = root  # of the project, whose files
        self.includes = includes  # that match one of these,
        self.excludes = excludes  # but none of these, are sent to where Spark runs; none if there are no includes
        self.folders = folders  # where modules are looked for before the root
        self.patience = patience  # seconds in which a Connect server that does not answer may come back
        self.config = config  # the settings that change what code means; None: as those of the project say

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from other plans of the same run: jobs with the same one can share a driver."""
        conf = tuple(sorted(self.conf.items()))
        return self.master, conf, self.python, tuple(self.includes), tuple(self.excludes), self.patience


class Order:
    """What a driver is to do for one job. That it cannot be read there is an error of that job alone, so what others
    rest on stands apart."""

    __slots__ = ("datasets", "env", "spec")

    def __init__(self, spec: bytes, datasets: str, env: dict[str, str] | None) -> None:
        self.spec = spec  # a packed RemoteSpec
        self.datasets = datasets  # the folder for tables that functions return
        self.env = env  # of commands, from now on; None if it is as before


class Opened:
    """Whether a driver has a session now."""

    __slots__ = ("application", "error", "ui", "version")

    def __init__(self, ui: str = "", application: str = "", version: str = "", error: RunError | None = None) -> None:
        self.ui = ui  # address of Spark's pages; "" if it has none
        self.application = application  # Spark's own name of it; "" behind a Connect server
        self.version = version
        self.error = error  # why there is no session; None if there is one


_used: list[Any] = []  # the session of this process, as long as it is a driver; and whether jobs share it


def use_session(session: Any, is_shared: bool = False) -> None:
    """From now on functions of this process get this session, which jobs share or not; None takes it away."""
    _used[:] = [] if session is None else [session, is_shared]


def session_in_use() -> Any:
    """What functions of this process get, if it is a driver; else None."""
    return _used[0] if _used else None


def is_shared() -> bool:
    """Whether this process is a driver of which jobs share the session, and so cannot be ended one by one."""
    return bool(_used) and bool(_used[1])


def spark_session() -> Any:
    """The session of this process. Outside of all runs one is made if need be, as Spark itself does it. Raises RunError
    in a job that runs elsewhere than in Spark."""
    if _used:
        return _used[0]
    from redo_py.values.current import CURRENT

    if CURRENT.get() is not None:
        raise RunError("spark-no-session", what="the Spark session")
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def spark_context() -> Any:
    """The SparkContext of the session. Raises RunError where there is none: in jobs that run elsewhere, and behind a
    Connect server."""
    session = spark_session()
    if is_connect(session):
        raise RunError("spark-no-context")
    return session.sparkContext


def without_frames(text: str) -> list[str]:
    """The lines of what Spark says, but for those that tell where in Spark that was."""
    lines = [line.rstrip() for line in text.split("\n")]
    return [line for line in lines if line and not FRAME.fullmatch(line)]


def write_properties(path: str, conf: Mapping[str, str]) -> None:
    """Write settings to a new file that Java reads, and nobody else. Raises OSError."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(opened, "w", encoding="utf-8") as file:
        os.fchmod(opened, 0o600)
        file.writelines(f"{_escaped(name)}={_escaped(value)}\n" for name, value in conf.items())


def _escaped(text: str) -> str:
    """`text` as it stands in a file of properties."""
    return re.sub(r"[^-\w./@,+*$]", lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found.group())), text)


def _units(text: str) -> Sequence[int]:
    raw = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]


def is_connect(session: Any) -> bool:
    """Whether `session` talks to a Connect server."""
    return ".connect." in type(session).__module__


def spark_path(path: str) -> str:
    """`path` as Spark's readers and writers spell it: absolute, and object stores by the names of their connectors."""
    from os.path import abspath

    scheme, separator, rest = path.partition("://")
    if not separator:
        return f"file://{abspath(path)}"
    return f"s3a://{rest}" if scheme == "s3" else path
