"""Control flow and functional tasks through the command: first and second run, an edit; runs and builds; at size."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

WORKFLOW = """
from redo_py import apply_func, as_task, catch, catch_all, compose, cond, const, delay, eval_, flat_map, flatten, force
from redo_py import identity, map_, seq, starmap, task, throw, zip_

redun_namespace = "flow"


def helper(x):
    return x + 100


@task
def inc(x):
    return x + 1


@task
def divide(x, y):
    return x / y


@task
def saves(error):
    return f"saved {error!r}"


@task
def counts(values):
    return sum(isinstance(value, Exception) for value in values)


@task
def ones(n):
    return [1] * n


@task
def never():
    raise RuntimeError("never")


@task
def drops(x):
    return "dropped"


@task
def leaves(code):
    raise SystemExit(code)


@task
def main():
    return [
        map_(inc, map_(inc, ones(2))), starmap(divide, [{"x": 1, "y": 2}]), flat_map(ones, [1, 2]), flatten([ones(1)]),
        zip_(ones(1), [2]), compose(inc, inc)(1), identity(inc(1)), const(1, inc(3)), drops(delay(never())),
        force(delay(inc(4))), apply_func(helper, inc(1)), as_task(max)(1, inc(5)),
        eval_("[v + k for v in vs]", vs=ones(1), k=2),
        cond(inc(0) > 5, never(), "else"), seq([inc(1), inc(2)]), catch(divide(1, 0), ZeroDivisionError, saves),
        catch(throw(KeyError("k")), KeyError, saves), catch_all([divide(1, 0), inc(1)], ArithmeticError, counts),
        catch(leaves(3), SystemExit, saves),
    ]


@task
def many(n: int = 100_000):
    return apply_func(sum, map_(inc, list(range(n))))


@task
def row(n):
    return map_(inc, list(range(n)))


@task
def square(n: int = 100):
    return apply_func(sum, flatten(map_(row, [n] * n)))
"""
VALUE = (
    "[[3, 3], [0.5], [1, 1, 1], [1], [(1, 2)], 3, 2, 1, 'dropped', 5, 102, 6, [3], 'else', [2, 3], "
    "\"saved ZeroDivisionError('division by zero')\", \"saved KeyError('k')\", 1, 'saved SystemExit(3)']"
)


@pytest.fixture
def run(tmp_path: Path, redun_environment: dict[str, str]):
    """Runs the command in a folder with the workflow; gives what it printed to both streams."""
    (tmp_path / "flow.py").write_text(WORKFLOW)

    def run(*line: str, status: int = 0) -> tuple[str, str]:
        done = subprocess.run(
            ["redun", *line], cwd=tmp_path, env=redun_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout, done.stderr

    return run


def ran(log: str) -> list[str]:
    """The tasks that ran, by the lines of the log."""
    return sorted(line.split(":  ")[1].split("(")[0] for line in log.splitlines() if line.startswith("[redun] Run "))


def test_all_of_them(run, tmp_path: Path):
    printed, _ = run("run", "flow.py", "main")
    assert "".join(printed.split()) == "".join(VALUE.split())
    printed, log = run("run", "flow.py", "main")
    assert "".join(printed.split()) == "".join(VALUE.split())
    assert ran(log) == []
    (tmp_path / "flow.py").write_text(WORKFLOW.replace("x + 100", "x + 200"))
    _, log = run("run", "flow.py", "main")
    assert ran(log) == ["flow.main", "redun.apply_func"], "main names the helper, and apply_func is given it"
    (tmp_path / "flow.py").write_text(WORKFLOW.replace("return x / y", "return x / (y or 1)"))
    _, log = run("run", "flow.py", "main")
    assert "flow.divide" in ran(log)
    assert "flow.saves" not in ran(log)


def test_a_failure_that_is_caught_is_one_line(run):
    _, log = run("run", "flow.py", "main")
    caught = [line.partition(":  ")[2] for line in log.splitlines() if line.startswith("[redun] Caught Job ")]
    assert sorted(caught) == [
        "flow.divide(x=1, y=0): ZeroDivisionError: division by zero",
        "flow.leaves(code=3): flow.leaves: the function called sys.exit(3)",
        "redun.throw(error=KeyError('k')): KeyError: 'k'",
    ]
    assert "Traceback" not in log
    assert "*** Failed" not in log
    (row,) = [line.split() for line in log.splitlines() if line.startswith("[redun] | flow.divide ")]
    assert row[3:] == ["0", "0", "1", "0", "1", "2"], "one fails, for two catches, and nothing is left to be done"


@pytest.mark.slow
def test_a_map_of_a_hundred_thousand(run):
    printed, log = run("run", "flow.py", "many")
    assert printed == "5000050000\n"
    assert len(ran(log)) < 100, "only the first jobs have lines of their own"


def test_maps_of_many(run):
    printed, _ = run("run", "flow.py", "many", "--n", "3000")
    assert printed == "4501500\n"
    printed, _ = run("run", "flow.py", "square", "--n", "40")
    assert printed == "32800\n"
    _, log = run("run", "flow.py", "square", "--n", "40")
    assert ran(log) == []


def test_in_a_build(run, tmp_path: Path):
    (tmp_path / "redunfile.py").write_text("from flow import main\n\nvalues = main()\n")
    printed, _ = run("build", "values")
    assert "saved SystemExit(3)" in printed
    run("build", "values", "--check")
