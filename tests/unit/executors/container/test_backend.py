"""Containers of a real podman: what runs in them, what ends them, and what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.backend import ENDED, LOST, RUNNING, Report
from redo_py.executors.container.backend import ContainerBackend, DockerBackend
from redo_py.executors.container.engine import End
from redo_py.executors.container.failures import failure
from redo_py.executors.container.options import ContainerOptions
from redo_py.executors.elsewhere.parcel import Parcels
from redo_py.executors.options import checked
from redo_py.ground.errors import RunError
from redo_py.remote.api.scratch import Scratch
from tests.parts.backends import Bench, site_at, text_of
from tests.parts.podman import IMAGE, Podman

Make = Callable[..., Bench]
STARVED = (
    "redun: big needed more memory than its container may use, which is 64.0 MiB\n  hint: give it more with `memory`"
)


@pytest.fixture
def make(podman: Podman, tmp_path: Path) -> Iterator[Make]:
    """Makes backends for one project."""
    made: list[Bench] = []

    def bench(**options: Any) -> Bench:
        found = Bench(ContainerBackend, site_at(tmp_path), podman.options(**options)).open()
        made.append(found)
        return found

    yield bench
    for each in made:
        each.backend.close()


def test_a_command_runs_and_nothing_is_left(make: Make, podman: Podman, tmp_path: Path):
    bench = make(variables={"A": "b", "XDG_DATA_HOME": "/of the # container", "LINES_OF": "one\ntwo"})
    job = bench.shell(
        1, f'echo said; echo "$A $PYTHONUNBUFFERED $XDG_DATA_HOME $LINES_OF" > {tmp_path}/scratch/x',
    )  # fmt: skip
    report = bench.end(job)
    assert (report.exit, report.error) == (0, None)
    assert (tmp_path / "scratch/x").read_text() == "b 1 /of the # container one\ntwo\n"
    assert (tmp_path / "scratch/x").stat().st_uid == os.getuid()
    assert bench.backend.tail(job.key) == "said\n"
    bench.backend.close()
    assert podman.names() == []


def test_an_exit_status(make: Make):
    report = make().end(make().shell(1, "echo bad luck; exit 3"))
    assert (report.exit, report.error) == (3, None)


def test_notes_of_an_earlier_run_do_not_count(make: Make, tmp_path: Path):
    bench = make()
    job = bench.shell(1, "exit 3")
    folder = tmp_path / "project/.redun/containers" / job.key
    folder.mkdir()
    (folder / "oom").touch()
    assert bench.end(job).error is None


def test_one_job_does_not_wait_for_another(make: Make):
    bench = make()
    long, short = bench.shell(1, "sleep 300"), bench.shell(2, "true")
    bench.backend.launch([long, short])
    assert bench.ends(short)[0].exit == 0
    assert bench.await_state(long, RUNNING).exit is None
    bench.backend.cancel([long.key])
    assert bench.ends(long)[0].exit != 0


def test_the_same_job_again(make: Make):
    bench = make()
    assert [bench.end(bench.shell(1, f"exit {status}")).exit for status in (1, 0)] == [1, 0]


def test_a_job_that_does_not_want_to_end(make: Make, podman: Podman):
    bench = make()
    job = bench.job(
        1, sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(300)"
    )
    bench.backend.launch([job])
    while "up" not in bench.backend.tail(job.key):
        bench.await_state(job, RUNNING)
    bench.backend.cancel([job.key])
    bench.ends(job)
    bench.backend.close()
    assert podman.names() == []


def test_the_limit_of_processors_and_memory_reaches_the_container(make: Make, podman: Podman):
    bench = make(cpus=1, memory="256M", shared_memory="8M")
    job = bench.shell(1, "df -k /dev/shm | tail -1; sleep 300")
    bench.backend.launch([job])
    while "shm" not in bench.backend.tail(job.key):
        bench.await_state(job, RUNNING)
    assert bench.backend.tail(job.key).split()[1] == "8192"
    told = podman.call(
        "container", "inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", podman.names()[0]
    )
    assert told == "268435456 1000000000"


def test_too_little_memory(make: Make):
    bench = make(memory="64M")
    report = bench.end(bench.job(1, sys.executable, "-c", "b'x' * (256 << 20)"))
    assert text_of(report, "big") == STARVED


def test_an_engine_that_sees_too_little_memory(make: Make):
    bench = make()
    error = failure(None, bench.backend._engine, 137, End(137, True, 64 << 20), "")
    assert text_of(Report("", ENDED, error=error), "big") == STARVED


def test_a_container_that_somebody_kills(make: Make, podman: Podman):
    bench = make()
    job = bench.shell(1, "sleep 300")
    bench.backend.launch([job])
    while not podman.names() or podman.call("ps", "--quiet") == "":
        bench.await_state(job, RUNNING)
    podman.call("kill", "--signal", "KILL", podman.names()[0])
    (report,) = bench.ends(job)
    assert (report.exit, report.error) == (137, None)


def test_a_client_that_somebody_kills_does_not_end_the_job(make: Make, podman: Podman, tmp_path: Path):
    bench = make()
    job = bench.shell(1, f"while [ ! -e {tmp_path}/scratch/go ]; do sleep 0.1; done; exit 7")
    bench.backend.launch([job])
    while podman.call("ps", "--quiet") == "":
        bench.await_state(job, RUNNING)
    os.kill(bench.backend._running[job.key].client.pid, signal.SIGKILL)
    time.sleep(0.2)
    bench.await_state(job, RUNNING)
    (tmp_path / "scratch/go").touch()
    assert bench.ends(job)[0].exit == 7


def test_a_killed_scheduler_is_followed_by_one_that_finds_its_jobs(make: Make, podman: Podman, tmp_path: Path):
    first = make()
    text = f"while [ ! -e {tmp_path}/scratch/go ]; do sleep 0.1; done; echo x >> {tmp_path}/scratch/ran; exit 4"
    job = first.shell(1, text)
    first.backend.launch([job])
    while podman.call("ps", "--quiet") == "":
        first.await_state(job, RUNNING)
    second = make()
    absent = "f" * 32
    assert second.backend.find([job.key, absent]) == {job.key}
    assert second.await_state(job, RUNNING).error is None
    (tmp_path / "scratch/go").touch()
    assert second.ends(job)[0].exit == 4
    assert (tmp_path / "scratch/ran").read_text() == "x\n"
    second.backend.close()
    assert second.backend.find([job.key]) == set()


def test_what_a_killed_run_has_left_is_removed(make: Make, podman: Podman, tmp_path: Path):
    label = f"redun.scratch={tmp_path}/scratch"
    gone = subprocess.run(
        [sys.executable, "-c", "from redo_py.executors.processes.system import this_process; print(this_process())"],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
    ).stdout.strip().replace("\t", " ")  # fmt: skip
    make().backend.close()
    volumes = [word for volume in podman.options()["volumes"] for word in ("--volume", volume)]
    podman.call("create", "--label", label, "--label", f"redun.owner={gone}", "--name", "unstarted", IMAGE, "true")
    for name, mounted, command in (
        ("left", "", "true"), ("busy", "", "sleep 300"), ("other", "/another/checkout", "sleep 300"),
        ("mounted", f"{tmp_path}/project", "sleep 300"),
    ):  # fmt: skip
        words = ["--label", f"redun.mounted={mounted}"] if mounted else []
        words += ["--label", label, "--label", f"redun.owner={gone}", *volumes, *podman.options()["run_args"]]
        podman.call("run", "--detach", "--network", "host", "--name", name, *words, IMAGE, "sh", "-c", command)
    while "left" not in podman.call("ps", "--all", "--filter", "status=exited", "--format", "{{.Names}}"):
        time.sleep(0.05)
    make()
    assert sorted(podman.names()) == ["busy", "other"]
    make(project="mounted")
    assert sorted(podman.names()) == ["busy", "other"]
    podman.call("rm", "--force", "--time", "0", "busy", "other")


def test_two_checkouts_with_one_scratch_run_the_same_call_at_once(make: Make, podman: Podman, tmp_path: Path):
    """Their jobs have other names, and neither finds, ends or removes what is the other's."""
    sites = []
    for name in ("one", "two"):
        site = site_at(tmp_path / name)
        site.scratch = Scratch(str(tmp_path / "scratch"))
        sites.append(site)
    spec = JobSpec(1, "same", [CommandStep("true")], {}, identity=b"i" * 16)
    benches = [Bench(ContainerBackend, site, podman.options()).open() for site in sites]
    options = checked(ContainerOptions, podman.options())
    keys = [Parcels(site, site.scratch).key_of(spec, options) for site in sites]
    assert keys[0] != keys[1]
    one, two = benches
    jobs = [each.shell(number, "sleep 300") for number, each in enumerate(benches, 1)]
    one.backend.launch(jobs[:1])
    two.backend.launch(jobs[1:])
    one.await_state(jobs[0], RUNNING)
    two.await_state(jobs[1], RUNNING)
    later = Bench(ContainerBackend, sites[0], podman.options()).open()
    assert later.backend.find([jobs[0].key]) == {jobs[0].key}
    later.backend.cancel([jobs[0].key, jobs[1].key])
    later.ends(jobs[0])
    later.backend.close()
    assert two.await_state(jobs[1], RUNNING).exit is None
    for each in benches:
        each.backend.close()


def test_an_image_that_is_not_there(make: Make):
    bench = make(image="localhost/no-such:1", pull="never")
    text = text_of(bench.end(bench.shell(1, "true")), "it")
    first, second, third = text.splitlines()
    assert first == "redun: it cannot run: there is no image `localhost/no-such:1`"
    assert second.startswith("  podman  localhost/no-such:1: image not known")
    assert bench.backend.tail(f"{1:032x}") == ""  # the engine's words are told once
    assert third == (
        "  hint: make it, or fetch it with `podman pull localhost/no-such:1`; `pull` says when redun does that"
    )


def test_no_image(make: Make):
    bench = make(image="")
    assert text_of(bench.end(bench.shell(1, "true")), "it") == (
        "redun: it is to run in a container, and no image is named\n"
        "  hint: say `image` for the executor, or for the task"
    )


def test_an_engine_that_refuses(make: Make):
    bench = make(volumes=["/no/such/folder:/x"])
    text = text_of(bench.end(bench.shell(1, "true")), "it")
    assert text.startswith("redun: podman does not start a container for it: ")
    assert "/no/such/folder" in text


def test_a_program_that_the_image_does_not_have(make: Make):
    bench = make()
    text = text_of(bench.end(bench.job(1, "python9", "-m", "redo_py")), "it")
    assert text.splitlines()[0] == f"redun: the image `{IMAGE}` cannot run python9"
    assert text.splitlines()[-1] == "  hint: it needs Python and redo-py; `python` says what its Python is called"


@pytest.mark.parametrize(
    "said",
    [
        "Error: runc: error setting rlimit type 7: operation not permitted: OCI permission denied\n",
        'level=warning msg="network podman not found"\nError: plugin type="bridge" failed (add): no iptables\n',
    ],
)
def test_a_machine_that_does_not_allow_it(make: Make, said: str):
    """The engine's status is that of a program which cannot be run."""
    bench = make()
    bench.backend.open()
    error = failure(bench.job(1, "python3"), bench.backend._engine, 126, End(126), said)
    assert error is not None
    assert (error.code, error.words["reason"]) == ("container-refused", said.strip().rpartition("Error: ")[2])


def test_interactive_without_a_terminal(make: Make):
    bench = make()
    with open(os.devnull) as null:
        before = os.dup(0)
        os.dup2(null.fileno(), 0)
        try:
            report = bench.end(bench.shell(1, "true", interactive=True))
        finally:
            os.dup2(before, 0)
            os.close(before)
    assert text_of(report, "it") == (
        "redun: it is to run interactively, and redun has no terminal\n"
        "  hint: begin it in a terminal, or take `interactive` away"
    )


def test_no_engine(tmp_path: Path):
    for made_of, engine in ((ContainerBackend, "docker or podman"), (DockerBackend, "docker")):
        with pytest.raises(RunError) as caught:
            Bench(made_of, site_at(tmp_path, PATH=str(tmp_path)), {"image": "x"}).open()
        assert str(caught.value) == (
            f"redun: the executor `far` runs containers, and {engine} is not on PATH\n"
            "  hint: install docker or podman; `engine` says which of them is meant"
        )


def write_engine(path: Path, *, info: str) -> None:
    """A client whose `info` does that."""
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo {path.name} && exit\n[ "$1" = info ] || exit 0\n{info}\n')
    path.chmod(0o755)


NO_DAEMON = 'echo "Cannot connect to the Docker daemon" >&2; exit 1'


def test_a_docker_without_a_daemon_hides_no_podman(tmp_path: Path):
    write_engine(tmp_path / "docker", info=NO_DAEMON)
    write_engine(tmp_path / "podman", info="echo true")
    bench = Bench(ContainerBackend, site_at(tmp_path, PATH=str(tmp_path)), {"image": "x"}).open()
    assert bench.backend.uses == f"by {tmp_path}/podman"
    bare = Bench(ContainerBackend, site_at(tmp_path, PATH=str(tmp_path)), {}).open()
    assert bare.backend.uses == f"by {tmp_path}/podman, for tasks and rules that say `image`"
    with pytest.raises(RunError, match="docker does not work here"):
        Bench(DockerBackend, site_at(tmp_path, PATH=str(tmp_path)), {"image": "x"}).open()


def test_two_engines_that_do_not_work(tmp_path: Path):
    write_engine(tmp_path / "docker", info=NO_DAEMON)
    write_engine(tmp_path / "podman", info="echo 'Error: no subuids' >&2; exit 125")
    with pytest.raises(RunError) as caught:
        Bench(ContainerBackend, site_at(tmp_path, PATH=str(tmp_path)), {"image": "x"}).open()
    assert str(caught.value) == (
        "redun: docker does not work here: Cannot connect to the Docker daemon\n"
        "  podman  no subuids\n"
        "  hint: `docker info` says more. A daemon may not run, or be another user's"
    )


def test_an_engine_that_does_not_work(tmp_path: Path):
    write_engine(tmp_path / "docker", info=NO_DAEMON)
    with pytest.raises(RunError) as caught:
        Bench(ContainerBackend, site_at(tmp_path, PATH=str(tmp_path)), {"image": "x"}).open()
    assert str(caught.value) == (
        "redun: docker does not work here: Cannot connect to the Docker daemon\n"
        "  hint: `docker info` says more. A daemon may not run, or be another user's"
    )


def test_a_job_that_nobody_knows(make: Make):
    (report,) = make().backend.poll(["0" * 32])
    assert isinstance(report, Report)
    assert report.state == LOST
