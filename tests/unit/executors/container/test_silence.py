"""An engine that begins containers and then answers no more: its commands are not waited for without bound."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from redo_py.executors.backend import ENDED, RUNNING
from redo_py.executors.container import engine
from redo_py.executors.container.backend import DockerBackend
from tests.parts.backends import Bench, site_at, text_of

HANGING = """\
#!/bin/sh
case "$1" in
    --version) echo docker ;;
    info) echo '[]' ;;
    run) [ ! -e {go} ] && sleep 600; exit 0 ;;
    rm | stop) while true; do sleep 600; done ;;
esac
"""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """One whose `rm` and `stop` hang; its containers run until there is a file `go`, those begun later are over."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "docker").write_text(HANGING.format(go=tmp_path / "go"))
    (programs / "docker").chmod(0o755)
    site = site_at(tmp_path)
    site.environ = {**site.environ, "PATH": f"{programs}:{site.environ['PATH']}"}
    bench = Bench(DockerBackend, site, {"image": "x"}).open()
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    return bench


def test_the_end_does_not_wait_for_it(bench: Bench):
    job = bench.shell(1, "true")
    bench.backend.launch([job])
    bench.await_state(job, RUNNING)
    bench.backend.cancel([job.key])
    (stop,) = bench.backend._stops
    client = bench.backend._running[job.key].client
    bench.backend.close()
    assert client.returncode == -signal.SIGKILL
    assert stop.returncode == -signal.SIGKILL


def test_a_job_of_the_same_name_does_not_wait_for_it(bench: Bench, tmp_path: Path):
    (tmp_path / "go").touch()
    job = bench.shell(1, "true")
    assert bench.end(job).exit == 0
    removal = bench.backend._removals[job.key]
    report = bench.end(job)
    assert report.state == ENDED
    assert text_of(report, "it") == (
        "redun: docker does not work here: no answer within 0.2 seconds\n"
        "  hint: `docker rm` says more. A daemon may not run, or be another user's"
    )
    assert removal.returncode == -signal.SIGKILL
    bench.backend.close()


def test_what_answers_is_awaited(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "PATIENCE", 60.0)
    quick = [bench.backend._engine.begin("info") for _ in range(2)]
    assert engine.await_all(quick, bench.site.clock)
    assert [command.returncode for command in quick] == [0, 0]
