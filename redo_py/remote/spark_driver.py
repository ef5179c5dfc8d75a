"""The Spark of a driver: its session, the code that is sent to where it runs, and what surrounds each call.

Calls of one driver share the session and run side by side, each in a thread of its own; what Spark does for one of them
is marked, see spark_mark. The only place that imports pyspark.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import zipfile

from redo_py.ground.errors import RunError
from redo_py.ground.hashing import FILE, digest
from redo_py.ground.nested import collect, substitute
from redo_py.remote.api.package import files_of
from redo_py.remote.api.spark import (
    CONNECT,
    SUBMIT_WORDS,
    Opened,
    Plan,
    is_connect,
    use_session,
    without_frames,
    write_properties,
)
from redo_py.tasks.declaration.session import SESSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from redo_py.remote.spark_mark import Mark

OURS = {  # what a session has unless the settings say something else
    "spark.app.name": "redun",
    "spark.scheduler.mode": "FAIR",  # jobs do not wait for each other
    "spark.ui.showConsoleProgress": "false",
}
ALIAS = """\
import sys

from redo_py.ground.alias.finder import install

del sys.modules["redun"]
install()
import redun  # noqa
"""  # `import redun` where Spark runs the project's functions
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 8.0  # seconds between two tries to reach a Connect server


def open_session(plan: Plan, words: str, set_variable: Callable[[str, str | None], None]) -> Any:
    """The session that `plan` asks for. `words` are the PYSPARK_SUBMIT_ARGS of the environment, which `set_variable`
    changes. Raises whatever Spark raises."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    is_remote = plan.master.startswith(CONNECT)
    if not is_remote:
        conf = OURS | plan.conf
        start_java({**conf, "spark.master": plan.master}, words, set_variable)
        for name, value in conf.items():
            builder = builder.config(name, value)
        return builder.master(plan.master).getOrCreate()
    session = builder.remote(plan.master).create()
    limit_retries(session, plan.patience)
    for name, value in plan.conf.items():
        session.conf.set(name, value)
    return session


def start_java(conf: Mapping[str, str], words: str, set_variable: Callable[[str, str | None], None]) -> None:
    """Start Spark's Java with these settings, and with what the user's own PYSPARK_SUBMIT_ARGS say. By itself pyspark
    gives all settings as words of a command, which anybody on this machine can read."""
    from pyspark import SparkContext

    with tempfile.TemporaryDirectory(prefix="redun-spark-") as folder:
        path = f"{folder}/conf"
        write_properties(path, conf)
        ours = f"--properties-file {shlex.quote(path)} --load-spark-defaults"
        set_variable(SUBMIT_WORDS, f"{ours} {words or 'pyspark-shell'}")
        try:
            SparkContext._ensure_initialized()
        finally:
            set_variable(SUBMIT_WORDS, words or None)


def limit_retries(session: Any, patience: float) -> None:
    """Let a call of a Connect server that is gone fail after about so many seconds: by itself it tries for minutes."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    tries, waited, pause = 0, 0.0, FIRST_PAUSE
    while waited < patience:
        waited, pause, tries = waited + pause, min(pause * 4, LONGEST_PAUSE), tries + 1
    policy = DefaultPolicy(max_retries=tries, max_backoff=int(LONGEST_PAUSE * 1000), recognize_server_retry_delay=False)
    session.client.set_retry_policies([policy])


def send_code(session: Any, archive: str) -> None:
    """Let the functions that Spark runs for `session` import what is in `archive`."""
    if is_connect(session):
        session.addArtifacts(archive, pyfile=True)
    else:
        session.sparkContext.addPyFile(archive)


def write_archive(plan: Plan, archive: str) -> dict[str, bytes]:
    """Write the project's code to `archive`: the digest of each file that is in it, by absolute path; without any there
    is no archive. Modules of the folders that come first have the names that they have from there. Raises OSError."""
    found: dict[str, str] = {}
    for folder in (plan.root, *reversed(plan.folders)):
        if plan.includes:
            found |= {path: f"{folder}/{path}" for path in files_of(folder, plan.includes, plan.excludes)}
    sent: dict[str, bytes] = {}
    if not found:
        return sent
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, source in sorted(found.items()):
            with open(source, "rb") as stream:
                content = stream.read()
            packed.writestr(zipfile.ZipInfo(path), content)
            sent[source] = digest(FILE, content)
        is_ours = plan.config is None or plan.config["redun"] == "ours"
        if is_ours and not any(path.partition("/")[0] in ("redun", "redun.py") for path in found):
            packed.writestr(zipfile.ZipInfo("redun/__init__.py"), ALIAS)
    return sent


def described(session: Any) -> Opened:
    """What the record of a job tells of `session`."""
    if is_connect(session):
        return Opened(version=session.version)
    context = session.sparkContext
    return Opened(context.uiWebUrl or "", context.applicationId, session.version)


def is_lost(session: Any, error: BaseException | None) -> bool:
    """Whether `session`, in which a call has failed with `error`, can do nothing any more."""
    if is_connect(session):
        return any(lost_the_server(each) for each in chain_of(error))
    gateway = session.sparkContext._gateway
    process = getattr(gateway, "proc", None)
    if process is not None and process.poll() is not None:
        return True
    try:
        return session.sparkContext._jsc is None or bool(session.sparkContext._jsc.sc().isStopped())
    except Exception:  # the JVM does not answer
        return True


def lost_the_server(error: BaseException) -> bool:
    """Whether `error` says that the Connect server is gone, or no longer knows the session."""
    code = getattr(error, "code", None)
    status = getattr(code() if callable(code) else None, "name", "")
    return (
        status == "UNAVAILABLE" or "INVALID_HANDLE.SESSION" in str(error) or type(error).__name__ == "RetriesExceeded"
    )


def chain_of(error: BaseException | None) -> list[BaseException]:
    """`error` and what has led to it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def within(mark: Mark, function: Callable[..., Any], keep: Callable[[Any], Any]) -> Callable[..., Any]:
    """`function` as it is called where a session is: given it where it wants one, and with all that Spark does for it
    marked. `keep` gives what a table among its results is returned as."""
    from pyspark.sql import DataFrame

    def call(*args: Any, **kwargs: Any) -> Any:
        args = tuple([mark.session if value is SESSION else value for value in args])
        kwargs = {name: mark.session if value is SESSION else value for name, value in kwargs.items()}
        with mark:
            value = function(*args, **kwargs)
            return substitute(value, DataFrame, keep) if collect(value, DataFrame) else value

    return call


def told(error: BaseException) -> BaseException:
    """`error` as other processes can be told of it: they have no pyspark."""
    modules = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    if modules.isdisjoint(("pyspark", "py4j", "grpc")):
        return error
    return RunError("spark-call-failed", kind=type(error).__name__, error=first_lines(said(error)))


def said(error: BaseException) -> str:
    """What `error` says. One that gRPC leads to may hold no more than a report about itself."""
    text = str(error)
    if "of RPC that terminated with:" not in text:
        return text
    return next((f"{each.details()}" for each in chain_of(error) if callable(getattr(each, "details", None))), text)  # type: ignore[attr-defined]


def first_lines(text: str, count: int = 6) -> str:
    """The beginning of what Spark says, which may go on for pages about its own query plan."""
    lines = without_frames(text.partition("\nJVM stacktrace:")[0].strip())
    if len(lines) > 1 and lines[0].startswith("An error occurred while calling "):  # that which started it
        lines[:2] = [lines[1].removeprefix(": ")]
    return "\n".join(lines[:count])


def trouble(plan: Plan, error: Exception) -> RunError:
    """Why there is no session."""
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        return RunError("spark-lacks", python=sys.executable, module=error.name)
    words = first_lines(said(error)) or type(error).__name__
    if "Cannot call methods on a stopped SparkContext" in words:  # it was while the session was made
        words = "it has given up, see what it printed"
    return RunError("spark-not-started", master=plan.master, error=words)


def submitted_session() -> Any:
    """The session that spark-submit has prepared for this process, in use."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    use_session(session)
    return session


def leave(session: Any) -> None:
    """Give the session back, so that a cluster knows that nothing more comes."""
    use_session(None)
    try:
        session.stop()
    except Exception:  # it is gone already
        return
