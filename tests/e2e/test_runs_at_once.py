"""Several `redun run` on one store at the same time: what one computes, another one waits for."""

from __future__ import annotations

import signal

import pytest

from tests.e2e.project import Project, Running
from tests.e2e.test_run import table

FLOW = """
    import os, subprocess, time

    from redo_py import catch, task

    redun_namespace = "t"


    def begin(name):
        count = 1 + sum(other.startswith(name + ".") for other in os.listdir("."))
        open(f"{name}.{count}", "w").close()
        return count


    def wait_for(name):
        while not os.path.exists(name):
            time.sleep(0.005)


    @task()
    def slow(name: str = "slow"):
        begin(name)
        wait_for("go")
        return name


    @task(cache=False)
    def uncached():
        begin("uncached")
        wait_for("go")


    @task()
    def reduced():
        begin("reduced")
        return [slow("below"), slow("beside")]


    @task()
    def here():
        begin("x")
        wait_for("y.1")
        return "x"


    @task()
    def there():
        begin("y")
        wait_for("x.1")
        return "y"


    @task()
    def forth():
        return [here(), there()]


    @task()
    def back():
        return [there(), here()]


    @task()
    def fails_once():
        if begin("fails") == 1:
            wait_for("go")
            raise ValueError("the first time")
        return "mended"


    @task()
    def inner():
        begin("inner")
        wait_for("inner.2")
        return "inner"


    @task()
    def outer():
        wait_for("inner.1")
        return subprocess.run(["redun", "run", "flow.py", "inner"], capture_output=True, text=True).stdout


    @task()
    def nest():
        return [inner(), outer()]


    @task()
    def twig(n):
        return n


    @task()
    def branch():
        return [twig(1), twig(2)]


    @task()
    def apart():
        os.system("(setsid redun run flow.py branch > told; echo > ended) &")
        wait_for("ended")
        return open("told").read()


    @task()
    def tree():
        return [branch(), apart()]


    @task()
    def gate():
        begin("gate")
        wait_for("go")
        return "open"


    @task()
    def lead(n):
        raise ValueError(f"lead {n}")


    @task()
    def beside():
        wait_for("handled.1")
        raise ValueError("beside")


    @task()
    def led(n):
        begin("lead")
        return lead(n)


    @task()
    def handled(error):
        begin("handled")
        return str(error)


    @task()
    def caught():
        return catch([beside(), led(gate())], ValueError, handled)
"""


@pytest.fixture
def flow(project: Project) -> Project:
    """A project with a workflow."""
    project.write("flow.py", FLOW)
    return project


def begun(project: Project, name: str) -> int:
    """How often something has begun."""
    return sum(file.startswith(f"{name}.") for file in project.files())


def wait_until_told(running: Running) -> str:
    """Read what `running` tells until it says that it waits for another run; that line."""
    assert running.process.stderr is not None
    for line in running.process.stderr:
        if b"waiting for" in line:
            return line.decode()
    raise AssertionError("it ends without waiting")


def test_one_call_is_computed_once(flow: Project) -> None:
    first = flow.start("run", "flow.py", "slow")
    flow.wait_for("slow.1")
    second = flow.start("run", "flow.py", "slow")
    assert wait_until_told(second) == "[redun] waiting for t.slow(name='slow'), which another run is computing\n"
    flow.write("go", "")
    outcomes = [first.finish(), second.finish()]
    assert [each.output for each in outcomes] == ["'slow'\n"] * 2
    assert table(outcomes[1])["slow"] == [0, 0, 0, 1, 0, 1]
    assert begun(flow, "slow") == 1


def test_who_waits_takes_over_from_one_that_is_killed(flow: Project) -> None:
    first = flow.start("run", "flow.py", "slow")
    flow.wait_for("slow.1")
    second = flow.start("run", "flow.py", "slow")
    wait_until_told(second)
    first.kill()
    flow.wait_for("slow.2")
    flow.write("go", "")
    assert second.finish().output == "'slow'\n"
    assert begun(flow, "slow") == 2


def test_a_call_that_has_been_reduced_is_waited_for_too(flow: Project) -> None:
    first = flow.start("run", "flow.py", "reduced")
    flow.wait_for("below.1")
    flow.wait_for("beside.1")
    second = flow.start("run", "flow.py", "reduced")
    assert "t.reduced" in wait_until_told(second)
    flow.write("go", "")
    assert [first.finish().output, second.finish().output] == ["['below', 'beside']\n"] * 2
    assert [begun(flow, name) for name in ("reduced", "below", "beside")] == [1, 1, 1]


def test_two_runs_that_need_the_same_in_another_order(flow: Project) -> None:
    runs = [flow.start("run", "-j", "1", "flow.py", name) for name in ("forth", "back")]
    assert [each.finish().output for each in runs] == ["['x', 'y']\n", "['y', 'x']\n"]
    assert [begun(flow, name) for name in ("x", "y")] == [1, 1]


def test_the_error_of_another_run_is_not_taken(flow: Project) -> None:
    first = flow.start("run", "flow.py", "fails_once")
    flow.wait_for("fails.1")
    second = flow.start("run", "flow.py", "fails_once")
    wait_until_told(second)
    flow.write("go", "")
    assert (first.finish().status, second.finish().output) == (1, "'mended'\n")


@pytest.mark.parametrize("words", [["uncached"], ["--no-cache", "flow.py", "slow"]])
def test_what_takes_no_results_waits_for_nobody(flow: Project, words: list[str]) -> None:
    name = words[-1]
    line = ["run", *(words if len(words) > 1 else ["flow.py", name])]
    runs = [flow.start(*line)]
    flow.wait_for(f"{name}.1")
    runs.append(flow.start(*line))
    flow.wait_for(f"{name}.2")
    flow.write("go", "")
    assert [each.finish().status for each in runs] == [0, 0]


def test_a_run_that_a_job_of_another_one_has_started_waits_for_nobody(flow: Project) -> None:
    assert flow.run("run", "-j", "2", "flow.py", "nest").output == "['inner', \"'inner'\\n\"]\n"


@pytest.mark.slow
def test_a_run_that_a_job_has_started_in_secret_is_not_blocked_for_ever(flow: Project) -> None:
    assert flow.run("run", "-j", "1", "flow.py", "tree").output == "[[1, 2], '[1, 2]\\n']\n"


def test_who_waits_can_be_interrupted(flow: Project) -> None:
    first = flow.start("run", "flow.py", "slow")
    flow.wait_for("slow.1")
    second = flow.start("run", "flow.py", "slow")
    wait_until_told(second)
    second.send(2)
    assert second.finish().status == 130
    flow.write("go", "")
    assert first.finish().output == "'slow'\n"


def test_who_waits_takes_over_from_one_that_is_stopped(flow: Project) -> None:
    first = flow.start("run", "flow.py", "slow")
    flow.wait_for("slow.1")
    second = flow.start("run", "flow.py", "slow")
    wait_until_told(second)
    first.send(signal.SIGSTOP)
    flow.wait_for("slow.2")
    flow.write("go", "")
    assert second.finish().output == "'slow'\n"
    first.send(signal.SIGCONT)
    assert first.finish().output == "'slow'\n"


def test_no_error_has_its_turn_while_a_call_is_waited_for(flow: Project) -> None:
    flow.write("go", "")
    assert flow.run("run", "flow.py", "caught").output == "'lead open'\n"
    flow.remove("go", "gate.1")
    flow.write("flow.py", flow.read("flow.py").replace('return "open"', 'return "o" + "pen"'))
    first = flow.start("run", "flow.py", "gate")
    flow.wait_for("gate.1")
    second = flow.start("run", "flow.py", "caught")
    wait_until_told(second)
    flow.write("go", "")
    assert [first.finish().status, second.finish().output] == [0, "'lead open'\n"]
