"""Signals, kills and two builds at once: what finished is kept, what did not is not taken for finished."""

from __future__ import annotations

import signal
import time

import pytest

from tests.e2e.project import WAIT, Project

SLOW = """
    @rule("quick")
    def quick(out):
        sh(f"cat {need('in')} > {out}")

    @rule("slow")
    def slow(out):
        sh(f"cat {need('quick')} > {out}; mkdir -p here; while test ! -d go; do sleep 0.01; done; echo end >> {out}")
"""


@pytest.fixture
def slow(project: Project) -> Project:
    """A rule that waits for a file `go` after it has written half of its output."""
    project.rules(SLOW)
    project.write("in", "x\n")
    return project


def wait_for_records(slow: Project) -> None:
    """Wait until it is recorded that `quick` was made, which is so a moment later."""
    slow.until(lambda: "quick" not in slow.run("why", "slow").output, "what has finished is never recorded")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_what_had_finished_is_kept(slow: Project, number: int, status: int):
    running = slow.start("build", "slow")
    slow.wait_for("here")
    running.send(number)
    outcome = running.finish()
    assert outcome.status == status
    assert "redun: interrupted; what had finished is recorded" in outcome.output
    assert not slow.exists("slow")
    slow.path("go").mkdir()
    again = slow.build("slow")
    assert again.made == ["slow"]
    assert slow.read("slow") == "x\nend\n"
    assert slow.build("slow").is_idle


def test_a_killed_build(slow: Project):
    running = slow.start("build", "slow")
    slow.wait_for("here")
    wait_for_records(slow)
    running.kill()
    slow.path("here").rmdir()
    again = slow.start("build", "slow")
    slow.wait_for("here")
    slow.path("go").mkdir()
    outcome = again.finish()
    assert outcome.status == 0
    assert outcome.made == ["slow"]
    assert ", left by a build that was killed\n" in outcome.output
    assert slow.read("slow") == "x\nend\n"
    assert slow.build("slow").is_idle


def test_clean_after_a_killed_build(slow: Project):
    running = slow.start("build", "slow")
    slow.wait_for("here")
    running.kill()
    assert slow.run("clean").of("removed") == ["quick"]
    slow.write("slow", "my own\n")
    slow.path("go").mkdir()
    slow.build("slow")
    kept = [path.read_text() for path in (slow.state / "displaced").glob("*/slow")]
    assert "my own\n" in kept  # perhaps beside what the killed command wrote last


def test_killed_at_many_moments(project: Project):
    project.rules("""
        @rule("{name}.out")
        def copy(out, name):
            sh(f"cat {need('in')} > {out}; sleep 0.01; echo {name} >> {out}")

        @rule("all.txt")
        def whole(out):
            sh(f"cat {need(['a.out', 'b.out', 'c.out'])} > {out}")
    """)
    project.write("in", "0\n")
    project.build("all.txt")
    for number in range(1, 9):
        project.write("in", f"{number}\n")
        running = project.start("build", "-j2", "all.txt")
        time.sleep(0.02 * number)
        running.kill()
        project.build("all.txt")
        assert project.read("all.txt") == "".join(f"{number}\n{name}\n" for name in "abc")
        assert project.build("all.txt").is_idle


def test_two_builds_at_once(slow: Project):
    first = slow.start("build", "slow")
    slow.wait_for("here")
    second = slow.start("build", "slow")
    told = second.first_line()
    assert told.startswith(f"redun: waiting for another build of this project (process {first.process.pid}, since ")
    assert told.endswith(": redun build slow)\n")
    slow.path("go").mkdir()
    done, waited = first.finish(), second.finish()
    assert (done.status, waited.status) == (0, 0)
    assert done.made == ["quick", "slow"]
    assert waited.made == []


def test_a_reader_does_not_wait(slow: Project):
    first = slow.start("build", "slow")
    slow.wait_for("here")
    wait_for_records(slow)
    assert "slow would be made: it was never built here" in slow.run("why", "slow").output
    assert "quick" in slow.run("targets").output
    slow.path("go").mkdir()
    assert first.finish().status == 0


def test_a_closed_pipe(project: Project):
    project.rules("""
        @action
        def talk():
            sh("seq 100000")
    """)
    running = project.start("build", "talk")
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.process.stdout = None
    _, errors = running.process.communicate(timeout=WAIT)
    assert b"Traceback" not in errors


def test_an_input_that_changes_while_it_is_read(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"cat {need('in')} > {out}; echo more >> in")
    """)
    project.write("in", "x\n")
    failed = project.build(status=1)
    assert "redun: in changes while it is being read" in failed.output


def test_an_input_that_changes_once_while_it_is_read(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"cat {need('in')} > {out}; if test ! -d once; then mkdir once; echo more >> in; fi")
    """)
    project.write("in", "x\n")
    outcome = project.build()
    assert outcome.made == ["out"]
    assert len(outcome.of("again")) == 1
    assert project.read("out") == "x\nmore\n"
    assert project.build().is_idle


def test_an_interrupt_that_a_module_swallows_while_it_is_imported(project: Project):
    project.write(
        "flow.py",
        """
        import os
        import signal

        from redo_py import task

        if os.path.exists("kick"):
            try:
                os.kill(os.getpid(), signal.SIGINT)
                while True:
                    pass
            except KeyboardInterrupt:
                pass

        @task(namespace="early")
        def main():
            with open("ran", "w"):
                return 1
        """,
    )
    project.write("kick", "")
    stopped = project.run("run", "flow.py", "main", status=130)
    assert "interrupted; what had finished is recorded" in stopped.errors
    assert not project.exists("ran")
    project.path("kick").unlink()
    assert project.run("run", "flow.py", "main").output == "1\n"
    assert project.exists("ran")
