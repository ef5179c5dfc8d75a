"""Large values of tasks are files below .redun/artifacts: kept, shown, dropped, lost and refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.e2e.project import Project

WORKFLOW = """\
    from redo_py import task

    redun_namespace = "flow"


    class Box:
        def __init__(self, content):
            self.content = content


    def ran(name):
        open("ran", "a").write(name + " ")


    @task
    def make(size: int):
        ran("make")
        return bytes(size)


    @task
    def boxed(size: int):
        ran("boxed")
        return Box("x" * size)


    @task
    def length(value):
        ran("length")
        return len(value.content) if isinstance(value, Box) else len(value)


    @task
    def main(size: int = 3_000_000):
        return [length(make(size)), length(boxed(size))]
    """


@pytest.fixture
def flow(project: Project) -> Project:
    """A folder with the workflow, which has run."""
    project.write("flow.py", WORKFLOW)
    assert project.run("run", "flow.py", "main").output == "[3000000, 3000000]\n"
    assert ran(project) == ["boxed", "length", "length", "make"]
    return project


def ran(project: Project) -> list[str]:
    """What has run since this was last asked, sorted."""
    path = project.path("ran")
    found = sorted(path.read_text().split()) if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def large_files(project: Project) -> list[int]:
    """The sizes of the files that large values are in."""
    files = (project.state / "artifacts").glob("?/*")
    return sorted(size for size in (file.stat().st_size for file in files) if size > 2_900_000)


def test_they_are_no_rows_and_come_back(flow: Project):
    with closing(sqlite3.connect(flow.state / "state.db")) as connection:
        ((most,),) = connection.execute("SELECT max(length(bytes)) FROM value")
    assert most < 100_000
    assert len(large_files(flow)) == 2
    flow.write("flow.py", WORKFLOW.replace('ran("length")', 'ran("length2")'))
    assert flow.run("run", "flow.py", "main").output == "[3000000, 3000000]\n"
    assert ran(flow) == ["length2", "length2"]


def test_lost_ones_are_made_again(flow: Project):
    for file in (flow.state / "artifacts").glob("?/*"):
        file.write_bytes(file.read_bytes()[:-1])
    assert flow.run("run", "flow.py", "main").output == "[3000000, 3000000]\n"
    assert ran(flow) == ["boxed", "make"]
    assert len(large_files(flow)) == 2


def test_the_log_shows_them(flow: Project):
    told = flow.run("log", "-").output
    assert "flow.length(b'\\x00\\x00" in told
    assert "(2.9 MiB)" in told
    assert "flow.length(<flow.Box object" in told


def test_gc_drops_them(flow: Project):
    assert flow.run("gc").output.count("outputs and values") == 0
    flow.write("flow.py", WORKFLOW.replace("3_000_000", "3_000_001"))
    flow.run("run", "flow.py", "main")
    assert len(large_files(flow)) == 4
    flow.run("gc", "--keep-last-build")
    assert len(large_files(flow)) == 2
    ran(flow)
    assert flow.run("run", "flow.py", "main").output == "[3000001, 3000001]\n"
    assert ran(flow) == []


def test_how_large_they_may_be(flow: Project):
    flow.write("redun.toml", '[artifacts]\nmax_value = "2M"\n')
    outcome = flow.run("run", "flow.py", "main", "--size", "3000001", status=1)
    assert (
        "the result of flow.make, a bytes, cannot be kept: it takes 2.9 MiB, and `artifacts.max_value` in redun.toml "
        "allows 2.0 MiB; raise that, or write it to a File and pass that on\n"
    ) in outcome.errors
    flow.write("redun.toml", '[artifacts]\nmax_value = "8G"\n')
    assert flow.run("run", "flow.py", "main", status=2).errors == (
        "redun.toml:2:13: values may take 8.0 GiB, and all that is kept 5.0 GiB\n"
        '     2 | max_value = "8G"\n'
        "       |             ^\n"
        "  hint: a larger one would be dropped at once: raise `artifacts.max_total`, or lower `artifacts.max_value`\n"
    )


def test_what_counts_as_large(flow: Project):
    flow.write("redun.toml", '[artifacts]\nlarge_value = "4M"\n')
    flow.run("run", "flow.py", "main", "--size", "3000001")
    assert len(large_files(flow)) == 2


def test_all_of_them_together_are_bounded(flow: Project):
    flow.write("redun.toml", '[artifacts]\nmax_total = "7M"\n')
    flow.run("run", "flow.py", "main", "--size", "3000001")
    assert sum(large_files(flow)) <= 7 << 20
    flow.write("redun.toml", '[artifacts]\nmax_value = "2G"\n')
    ran(flow)
    told = (
        "[redun] a value of 3.8 MiB is made again each time: all that is kept may take 2.0 MiB; "
        "raise `artifacts.max_total`\n"
    )
    for _ in range(2):
        errors = flow.run("run", "flow.py", "make", "--size", "4000001", environment={"REDUN_MAX_TOTAL": "2M"}).errors
        assert errors.count(told) == 1
        assert ran(flow) == ["make"]


def test_rerun_has_its_arguments(flow: Project):
    job = next(line.split()[1] for line in flow.run("log", "-").output.splitlines() if "flow.length(b" in line)
    assert flow.run("run", "--rerun", job).output == "3000000\n"


@pytest.mark.slow
def test_five_gigabytes_end_promptly(project: Project):
    project.write("flow.py", WORKFLOW)
    outcome = project.run("run", "flow.py", "make", "--size", str(5 << 30), status=1)
    assert "it takes 5.0 GiB, and `artifacts.max_value` in redun.toml allows 4.0 GiB" in outcome.errors
    assert project.run("run", "flow.py", "make", "--size", "3").output == "b'\\x00\\x00\\x00'\n"
