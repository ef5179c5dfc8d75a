"""Jobs of a real SLURM: one node on this machine."""

from __future__ import annotations

import getpass
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.backend import ENDED, LOST, RUNNING
from redo_py.executors.slurm.backend import SlurmBackend
from redo_py.ground.errors import RunError
from tests.parts.backends import Bench, site_at, text_of
from tests.parts.slurm import Slurm

Make = Callable[..., Bench]


@pytest.fixture
def make(slurm: Slurm, tmp_path: Path) -> Iterator[Make]:
    """Makes backends for one project."""
    made: list[Bench] = []

    def bench(below: str = ".", **options: Any) -> Bench:
        found = Bench(SlurmBackend, site_at(tmp_path / below, **slurm.environment), slurm.options(**options)).open()
        made.append(found)
        return found

    yield bench
    slurm.call("scancel", f"--user={getpass.getuser()}")
    for each in made:
        each.backend.close()


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """A cluster of the test's own, to be broken."""
    cluster = Slurm(tmp_path_factory.mktemp("own"))
    cluster.start()
    yield cluster
    cluster.stop()


def test_a_command_runs(make: Make, tmp_path: Path):
    bench = make(setup=["export A=b"])
    before = time.time()
    job = bench.shell(1, f"echo said; echo $A $SLURM_JOB_NAME > {tmp_path}/scratch/x")
    report = bench.end(job)
    assert (report.exit, report.error, report.reason) == (0, None, "")
    assert before - 2 <= report.started <= report.ended <= time.time() + 2  # type: ignore[operator]
    assert (tmp_path / "scratch/x").read_text() == "b redun-job-1\n"
    assert bench.backend.tail(job.key) == "said\n"


@pytest.mark.parametrize("count", [1, 2])
def test_a_folder_of_any_name(make: Make, count: int):
    bench = make(below="""it's a "$HOME" %j""")
    jobs = [bench.shell(number, f"echo said {number}") for number in range(count)]
    assert [(report.exit, report.reason) for report in bench.run(*jobs)] == [(0, "")] * count
    assert [bench.backend.tail(job.key) for job in jobs] == [f"said {number}\n" for number in range(count)]


def test_an_exit_status(make: Make):
    bench = make()
    reports = bench.run(bench.shell(1, "exit 3"), bench.shell(2, "kill -9 $$", cpus=1))
    assert [(report.exit, report.error) for report in reports] == [(3, None), (-9, None)]


def test_jobs_with_equal_options_are_one_array(make: Make, slurm: Slurm, tmp_path: Path):
    bench = make()
    jobs = [bench.shell(number, f"echo {number}; exit {number % 3}") for number in range(7)]
    bench.backend.launch(jobs)
    ids = {each.id for each in bench.backend._submitted.values()}
    assert (len({each.partition("_")[0] for each in ids}), len(ids)) == (1, 7)
    assert [report.exit for report in bench.ends(*jobs)] == [number % 3 for number in range(7)]
    assert [bench.backend.tail(job.key) for job in jobs] == [f"{number}\n" for number in range(7)]


def test_arrays_are_no_larger_than_they_may_be(make: Make):
    bench = make(max_array_size=2)
    jobs = [bench.shell(number, "true") for number in range(3)]
    bench.backend.launch(jobs)
    assert sorted(each.id.partition("_")[2] for each in bench.backend._submitted.values()) == ["", "0", "1"]
    assert [report.exit for report in bench.ends(*jobs)] == [0, 0, 0]


def test_cancel(make: Make, slurm: Slurm):
    bench = make()
    jobs = [bench.shell(number, "sleep 300") for number in range(3)]
    bench.backend.launch(jobs)
    bench.await_state(jobs[0], RUNNING)
    bench.backend.cancel([jobs[0].key, jobs[2].key])
    reports = bench.ends(jobs[0], jobs[2])
    assert [report.reason for report in reports] == ["cancelled", "cancelled"]
    assert bench.await_state(jobs[1], RUNNING).exit is None
    assert text_of(reports[0], "it") == "redun: the job of it was cancelled in SLURM"


def test_what_a_job_asks_for(make: Make, slurm: Slurm, tmp_path: Path):
    bench = make(cpus=2, memory=256 << 20, gpus=1, time="5min", partition="main", sbatch_args=["--nice=3"])
    job = bench.shell(1, "echo cpus=$SLURM_CPUS_PER_TASK mem=$SLURM_MEM_PER_NODE gpus=$SLURM_JOB_GPUS; sleep 300")
    bench.backend.launch([job])
    while "cpus" not in bench.backend.tail(job.key):
        bench.await_state(job, RUNNING)
    assert bench.backend.tail(job.key).startswith("cpus=2 mem=256 gpus=")
    told = slurm.call("scontrol", "--oneliner", "show", "job", bench.backend._submitted[job.key].id)
    for word in ("NumCPUs=2", "TimeLimit=00:05:00", "Partition=main", "Nice=3", "gres:gpu:1"):
        assert word in told, told


def test_too_little_memory(make: Make):
    bench = make(memory=50 << 20)
    report = bench.end(
        bench.job(1, shutil.which("python3") or "", "-c", "import time; x = b'x' * (300 << 20); time.sleep(300)")
    )
    assert text_of(report, "big") == (
        "redun: big needed more memory than it had asked for\n  hint: give it more with `memory`"
    )


def test_a_partition_that_is_not_there(make: Make):
    bench = make(partition="mian")
    assert text_of(bench.end(bench.shell(1, "true")), "it") == (
        "redun: there is no partition `mian`\n  hint: did you mean main?"
    )


def test_what_no_node_has(make: Make):
    bench = make()
    assert text_of(bench.end(bench.shell(1, "true", memory=1 << 50)), "it") == (
        "redun: SLURM does not take it: requested node configuration is not available"
    )
    assert text_of(bench.end(bench.shell(1, "true", cpus=5000)), "it") == (
        "redun: it can never run: PartitionConfig\n"
        "  hint: ask for what there is: `scontrol show partition` and `sinfo --Node --long` show it"
    )
    text = text_of(bench.end(bench.shell(1, "true", time="2h", partition="short")), "it")
    assert text.splitlines()[0] in (  # which of the two SLURM says depends on when it looks
        "redun: it can never run: PartitionTimeLimit",
        "redun: it can never run: PartitionConfig",
    )


def test_a_killed_scheduler_is_followed_by_one_that_finds_its_jobs(make: Make, tmp_path: Path):
    first = make()
    text = f"while [ ! -e {tmp_path}/scratch/go ]; do sleep 0.1; done; echo x >> {tmp_path}/scratch/ran; exit 4"
    jobs = [first.shell(number, text) for number in range(3)] + [first.shell(9, text, cpus=1)]
    first.backend.launch(jobs)
    first.await_state(jobs[0], RUNNING)
    second = make()
    keys = [job.key for job in jobs]
    assert second.backend.find([*keys, "f" * 32]) == set(keys)
    second.await_state(jobs[3], RUNNING)
    (tmp_path / "scratch/go").touch()
    assert [report.exit for report in second.ends(*jobs)] == [4] * 4
    assert (tmp_path / "scratch/ran").read_text() == "x\n" * 4
    third = make()
    assert third.backend.find(keys) == set()


def test_jobs_of_another_scratch_are_not_ours(make: Make, slurm: Slurm, tmp_path: Path):
    first = make()
    job = first.shell(1, "sleep 300")
    first.backend.launch([job])
    other = Bench(SlurmBackend, site_at(tmp_path / "other", **slurm.environment), slurm.options()).open()
    assert other.backend.find([job.key]) == set()


@pytest.mark.slow
def test_a_node_that_is_lost(own: Slurm, tmp_path: Path):
    bench = Bench(SlurmBackend, site_at(tmp_path, **own.environment), own.options()).open()
    job = bench.shell(1, "sleep 300")
    bench.backend.launch([job])
    bench.await_state(job, RUNNING)
    own.end("slurmd")
    own.call("scontrol", "update", "nodename=node1", "state=down", "reason=test")
    assert text_of(bench.ends(job)[0], "it") == (
        "redun: the node node1 failed while it ran on it\n  hint: `retries` tries it again elsewhere"
    )


@pytest.mark.slow
def test_a_controller_that_is_not_there(make: Make, slurm: Slurm, tmp_path: Path):
    config = tmp_path / "slurm.conf"
    text = (slurm.folder / "slurm.conf").read_text()
    config.write_text("\n".join("SlurmctldPort=1" if "SlurmctldPort" in line else line for line in text.splitlines()))
    shutil.copy(slurm.folder / "gres.conf", tmp_path)
    site = site_at(tmp_path, SLURM_CONF=str(config))
    with pytest.raises(RunError) as caught:
        Bench(SlurmBackend, site, slurm.options()).open()
    assert str(caught.value) == (
        "redun: SLURM does not answer: Unable to contact slurm controller (connect failure)\n"
        "  hint: `scontrol ping` tells whether its controller is there"
    )


@pytest.mark.slow
def test_what_cannot_be_submitted_now_is_submitted_later(own: Slurm, tmp_path: Path):
    bench = Bench(SlurmBackend, site_at(tmp_path, **own.environment), own.options()).open()
    own.end("slurmctld")
    jobs = [bench.shell(1, "exit 5"), bench.shell(2, "exit 6", cpus=1)]
    bench.backend.launch(jobs)
    with pytest.raises(RunError, match="SLURM does not answer"):
        bench.backend.find([jobs[0].key])
    bench.backend.cancel([jobs[1].key])
    own.begin_controller()
    own.await_word("idle")
    (report,) = bench.ends(jobs[0])
    assert report.exit == 5
    assert bench.backend.poll([jobs[1].key])[0].state == LOST


def test_no_slurm(tmp_path: Path):
    with pytest.raises(RunError) as caught:
        Bench(SlurmBackend, site_at(tmp_path, PATH=str(tmp_path)), {}).open()
    assert str(caught.value) == (
        "redun: the executor `far` needs sbatch, which is not on PATH\n"
        "  hint: run redun on a node of the cluster that jobs can be submitted from"
    )


def test_a_scratch_that_is_no_folder(tmp_path: Path):
    site = site_at(tmp_path)
    site.scratch.url, site.scratch.is_folder = "s3://bucket/x", False
    with pytest.raises(RunError) as caught:
        Bench(SlurmBackend, site, {}).open()
    assert str(caught.value) == (
        "redun: the scratch of the executor `far` is s3://bucket/x, which is no folder\n"
        "  hint: nodes and redun meet in a shared folder: say `scratch` with the path of one"
    )


def test_a_node_without_the_scratch(make: Make, tmp_path: Path):
    bench = make()
    job = bench.shell(1, "true")
    bench.site.scratch.url = "/no/such/scratch"
    report = bench.end(job)
    assert text_of(report, "it") == (
        "redun: the job of it did not find its folder in the scratch on node1\n"
        "  hint: `scratch` has to be a folder that all nodes share, under the same path"
    )


def test_a_job_that_nobody_knows(make: Make):
    (report,) = make().backend.poll(["0" * 32])
    assert report.state == LOST


@pytest.mark.slow
def test_a_time_limit(make: Make):
    bench = make(time="1min")
    bench.patience = 300.0
    report = bench.end(bench.shell(1, "sleep 600"))
    assert report.state == ENDED
    assert text_of(report, "it") == (
        "redun: it took longer than its time limit of 1 minute\n  hint: give it more with `time`"
    )


def test_old_logs_are_removed(make: Make, tmp_path: Path):
    make()
    old, new = tmp_path / "scratch/slurm/old.log", tmp_path / "scratch/slurm/new.log"
    for path in (old, new):
        path.touch()
    os.utime(old, (1e9, 1e9))
    make()
    assert (old.exists(), new.exists()) == (False, True)
