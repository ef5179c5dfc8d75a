"""What every test may use: the `redun` command of this checkout, and the rule that CI skips nothing."""

from __future__ import annotations

import compileall
import gc
import logging
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.parts import java
from tests.parts.azure import azurite as azurite
from tests.parts.clouds import cloud as cloud
from tests.parts.gcs import gcs_server as gcs_server
from tests.parts.podman import podman as podman
from tests.parts.postgres import postgres as postgres
from tests.parts.slurm import slurm as slurm
from tests.parts.web import pages as pages

if TYPE_CHECKING:
    from tests.aws.server import LocalAws

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"
Report = TypeVar("Report", pytest.CollectReport, pytest.TestReport)
# Examples are the same each time, and none need come within a time: the machine may be slow. To look for new ones:
# `--hypothesis-profile=default`.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
# Processes of tests are sent these: they must not ignore them because whoever runs the tests does, in the background or
# under nohup.
for _number, _handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _handler)
KEPT_VARIABLES = ("LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME", "JDK_JAVA_OPTIONS")
os.environ.setdefault("JDK_JAVA_OPTIONS", java.options())


COMMAND = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
from redo_py.cli.fastlane import main
sys.exit(main())
"""


@pytest.fixture(scope="session")
def redun_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a `redun` command that runs this checkout; alone in its folder, which can go on PATH."""
    command = tmp_path_factory.mktemp("bin") / "redun"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -c {shlex.quote(COMMAND)} "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


TABLES = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
from redo_py.front.redunfile.grammar.reading import reader
reader(sys.argv[1])
"""


@pytest.fixture(scope="session")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with nothing but the tables of redun's parser, which take longer to make than most commands."""
    home = tmp_path_factory.mktemp("used-home")
    subprocess.run([sys.executable, "-P", "-c", TABLES, str(home / ".cache/redun")], check=True)
    return home


@pytest.fixture
def redun_environment(redun_path: Path, used_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For child processes: this `redun` and this `python` first on PATH, a home of their own, no settings of ours."""
    home = shutil.copytree(used_home, tmp_path_factory.mktemp("home"), dirs_exist_ok=True)
    search = (str(redun_path.parent), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "PATH": os.pathsep.join(search),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server that lives as long as the session, in this process."""
    server_module = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs every request
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_environment(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that lead to that server, set here and for child processes."""
    variables = {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def new_bucket(endpoint: str) -> str:
    """A new bucket on the server."""
    name = f"bucket-{uuid.uuid4().hex}"
    make_bucket(endpoint, name)
    return name


def make_bucket(endpoint: str, name: str) -> None:
    """Make a bucket on the server."""
    request = urllib.request.Request(f"{endpoint}/{name}", method="PUT")
    urllib.request.urlopen(request, timeout=120).close()


@pytest.fixture
def s3_bucket(s3_environment: dict[str, str]) -> str:
    """A new bucket on that server."""
    return new_bucket(s3_environment["AWS_ENDPOINT_URL"])


@pytest.fixture
def other_s3_bucket(s3_environment: dict[str, str]) -> str:
    """One more."""
    return new_bucket(s3_environment["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="session")
def aws_server() -> Iterator[LocalAws]:
    """AWS on this machine, with Batch jobs that run; as long as the session, in this process."""
    from tests.aws.server import LocalAws

    with LocalAws() as server:
        yield server


@pytest.fixture
def aws(aws_server: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    """That server, in good order and with an empty journal; the environment leads there."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in aws_server.environ.items():
        monkeypatch.setenv(name, value)
    aws_server.calls.clear()
    yield aws_server
    aws_server.restore()


@pytest.fixture(autouse=True)
def same_folder() -> Iterator[None]:
    """No test leaves the process in another folder: a later one that starts `python` would find another package."""
    before = os.getcwd()
    yield
    os.chdir(before)


def pytest_configure() -> None:
    """Compile the package: most processes of tests write no bytecode, and would each compile what no other has."""
    compileall.compile_dir(ROOT / "redo_py", quiet=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Histories of the world come first, of which one test is longer than many: at the end others would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("world") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Garbage is not looked for among thousands of tests and all that they import, which stay until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that skips itself fails, so that a missing package is noticed."""
    report = yield
    return fail_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that skips itself fails."""
    report = yield
    return fail_if_skipped(report)


def fail_if_skipped(report: Report) -> Report:
    """`report`, as a failure if it skips and this is CI; expected failures are none of our business."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be skipped: {report.longrepr}"
    return report
