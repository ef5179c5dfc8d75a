"""Bugs and limits that were reproduced in redun, b1 to b19 of tests/house/redun_features.py: here they are absent."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.conftest import ROOT
from tests.e2e.project import Project
from tests.e2e.test_what_redun_users_asked import flow, program, ran


def test_b1_a_task_that_calls_exit_fails_and_the_run_ends(project: Project):
    flow(
        project,
        """
import sys
@task()
def in_a_thread():
    sys.exit(3)

@task(executor="process")
def in_a_process():
    sys.exit(4)

""",
    )
    for name, status in (("in_a_thread", 3), ("in_a_process", 4)):
        failed = project.run("run", "flow.py", name, status=1)
        assert f"sys.exit({status})" in failed.errors


SCRIPTS = """
@task()
def main(fails: bool = False):
    folder = FOLDER
    return script(f"status={int(fails)}; pwd > {folder}/place; echo ran >> {folder}/log; exit $status", tempdir=True)
"""


def test_b2_a_script_in_a_folder_of_its_own_is_remembered_and_leaves_nothing(project: Project):
    flow(project, SCRIPTS.replace("FOLDER", repr(str(project.folder))))
    project.run("run", "flow.py", "main")
    project.run("run", "flow.py", "main")
    assert project.read("log") == "ran\n"
    place = project.read("place").strip()
    assert place != str(project.folder)
    assert not project.exists(place)
    project.run("run", "flow.py", "main", "--fails", "true", status=1)
    other = project.read("place").strip()
    assert other != place
    assert not project.exists(other)


def test_b3_sets_at_any_depth_are_the_same_in_every_process(project: Project):
    flow(
        project,
        """
@task()
def nested():
    return [{"a": {"x", "y", "z"}}, frozenset([frozenset("pqr"), frozenset("stu")]), {1, "one", None, (2, "b")}]

@task()
def count(value):
    return [len(each) for each in value]

@task()
def main():
    return count(nested())
""",
    )
    for seed in ("1", "2", "3"):
        outcome = project.run("run", "flow.py", "main", environment={"PYTHONHASHSEED": seed})
        assert outcome.output == "[1, 2, 4]\n"
        assert ran(outcome) == (["count", "main", "nested"] if seed == "1" else [])


def test_b4_spellings_of_a_call_are_one_call(project: Project):
    flow(
        project,
        """
@task()
def f(x=1, *, y=2):
    return [x, y]

@task()
def main():
    return [f(1), f(x=1), f(), f(1, y=2), f(y=2, x=1)]
""",
    )
    assert ran(project.run("run", "flow.py", "main")) == ["f", "main"]


def test_b5_edits_that_cannot_matter_run_nothing(project: Project):
    text = """
@task()
def plain(x: int):
    return x + 1

@task(cache=True, check_valid="shallow")
async def waiting(x):
    return await plain(x)

@task()
def main():
    return [plain(1), waiting(2)]
"""
    flow(project, text)
    assert project.run("run", "flow.py", "main").output == "[2, 3]\n"
    edited = text.replace("return x + 1", '"""Explained."""\n    # said\n\n    return (x\n            + 1)')
    edited = edited.replace("x: int", "x: float").replace('"shallow")', '"shallow", memory=2)')
    flow(project, edited)
    assert ran(project.run("run", "flow.py", "main")) == []
    flow(project, text.replace("x + 1", "x + 2"))
    assert project.run("run", "flow.py", "main").output == "[3, 4]\n"


CONTENT = """
from redun.file import ContentDir, ContentFile

@task()
def write(text: str):
    file = ContentFile("out/data.txt")
    file.write(text)
    return file

@task()
def size(folder):
    return [len(file.read()) for file in folder]

@task()
def main():
    return write("one")

@task()
def folder():
    return size(ContentDir("given"))
"""


def test_b6_a_content_file_that_is_gone_is_made_again(project: Project):
    flow(project, CONTENT)
    project.run("run", "flow.py", "main")
    project.remove("out/data.txt")
    assert ran(project.run("run", "flow.py", "main")) == ["write"]
    assert project.read("out/data.txt") == "one"


def test_b7_a_content_folder_goes_by_content(project: Project):
    flow(project, CONTENT)
    project.write("given/a.txt", "abc")
    assert project.run("run", "flow.py", "folder").output == "[3]\n"
    project.touch("given/a.txt", 7)
    assert ran(project.run("run", "flow.py", "folder")) == []
    project.edit_in_secret("given/a.txt", "abd")
    assert ran(project.run("run", "flow.py", "folder")) == ["folder", "size"]


def test_b8_options_take_nothing_away(project: Project):
    text = """
@task(hash_includes=["first"])
def inner(x=0):
    return x

@task()
def apply(function):
    return function(1)

@task()
def main():
    return apply(inner.options(memory=2))
"""
    flow(project, text)
    assert ran(project.run("run", "flow.py", "main")) == ["apply", "inner", "main"]
    flow(project, text.replace('"first"', '"second"'))
    assert "inner" in ran(project.run("run", "flow.py", "main"))
    flow(
        project,
        """
from redun.scheduler import JobInfo

@task()
def told(job_info: JobInfo = JobInfo()):
    return sorted((name, job_info.options[name]) for name in ("retries", "timeout"))

@task()
def outer():
    return told()

@task()
def main():
    return outer.export_options(timeout=30).export_options(retries=2)()
""",
    )
    assert project.run("run", "flow.py", "main").output == "[('retries', 2), ('timeout', 30)]\n"


def test_b9_several_processes_create_the_records_at_once(project: Project):
    flow(project, "\n@task()\ndef main(x: int):\n    return x\n")
    running = [project.start("run", "flow.py", "main", "--x", str(number)) for number in range(3)]
    outcomes = [each.finish() for each in running]
    assert [(each.status, each.output) for each in outcomes] == [(0, "0\n"), (0, "1\n"), (0, "2\n")], outcomes


def test_b10_the_same_call_in_two_runs_at_once_is_computed_once(project: Project):
    flow(
        project,
        """
import os, time

@task()
def slow():
    open(f"{os.getpid()}.begun", "w").close()
    time.sleep(1)
    return "made"

@task()
def main():
    return slow()
""",
    )
    running = [project.start("run", "flow.py", "main") for _ in range(2)]
    assert [each.finish().output for each in running] == ["'made'\n"] * 2
    assert len([name for name in project.files() if name.endswith(".begun")]) == 1
    assert ran(project.run("run", "flow.py", "main")) == []


def test_b11_after_a_failed_run_the_records_are_free(project: Project):
    project.write(
        "program.py",
        """
        from redo_py import Config, Scheduler, task

        @task()
        def check(x):
            if x < 0:
                raise ValueError(x)
            return x

        first = Scheduler(Config(configdir=".redun"))
        try:
            first.run([check(1), check(-1)])
        except ValueError as error:
            print("failed", error)
        second = Scheduler(Config(configdir=".redun"))
        print(second.run(check(2)), first.run(check(3)))
        """,
    )
    assert program(project, "program.py") == "failed -1\n2 3\n"


def test_b12_help_shows_defaults(project: Project):
    flow(project, '\n@task()\ndef main(times: int, word: str = "a b", many: list[int] = [1, 2]):\n    return 1\n')
    text = project.run("run", "flow.py", "main", "help").output
    assert "--times INT" in text
    assert "without it 'a b'" in text
    assert "without it [1, 2]" in text
    assert not project.exists(".redun")


def test_b13_a_missing_argument_is_a_usage_error(project: Project):
    flow(project, "\n@task()\ndef main(times: int):\n    return times\n")
    refused = project.run("run", "flow.py", "main", status=2)
    assert "needs --times INT" in refused.errors
    assert "Traceback" not in refused.errors
    assert not project.exists(".redun")


def test_b14_an_async_task_that_does_not_say_how_it_is_cached(project: Project):
    flow(project, "\n@task(cache=True)\nasync def main():\n    return 1\n")
    refused = project.run("run", "flow.py", "main", status=2)
    assert "the async task main must say how it is cached: @task(cache=False), or @task(cache=True, " in refused.errors


def test_b15_all_operators_are_lazy(project: Project):
    flow(
        project,
        """
from redo_py import len_

@task()
def n(x):
    return x

@task()
def main():
    x, items = n(7), n([1, 2, 3, 4])
    return [
        x // 2, x % 4, x ** 2, -x, ~x, x ^ 2, x << 1, x >> 1, abs(n(-3)), round(n(2.6)), 20 // x, 2 ** x,
        items[1:], items[:2], items[::2], items[:], len_(items), n(6) & n(3), n(0) | n(5),
    ]
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert eval(outcome.output) == [
        3, 3, 49, -7, -8, 5, 14, 3, 3, 3, 2, 128, [2, 3, 4], [1, 2], [1, 3], [1, 2, 3, 4], 4, 3, 5,
    ]  # fmt: skip


def test_b16_copying_a_folder_copies_what_is_in_it(project: Project):
    project.write("from/a.txt", "a")
    project.write("from/deep/b.txt", "b")
    project.run("fs", "cp", "--recursive", "from", "to")
    assert (project.read("to/a.txt"), project.read("to/deep/b.txt")) == ("a", "b")


def test_b17_what_a_script_prints_can_be_a_text(project: Project):
    flow(project, '\n@task()\ndef main():\n    return [script("echo é", text=True), script("echo é")]\n')
    assert project.run("run", "flow.py", "main").output == "['é\\n', b'\\xc3\\xa9\\n']\n"


def test_b18_the_example_of_tests_works_as_it_is(project: Project):
    shutil.copytree(ROOT / "examples/testing", project.path("testing"))
    environment = {**project.environment, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_workflow.py"]
    folder = project.path("testing")
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_b19_files_are_equal_by_path_and_content(project: Project):
    flow(
        project,
        """
@task()
def main():
    a, b = File("a.txt"), File("./a.txt")
    return [a == b, a != File("b.txt"), len({a, b}), a in [b], Dir("d") == Dir("d/")]
""",
    )
    project.write("a.txt", "one")
    project.write("d/x", "")
    assert project.run("run", "flow.py", "main").output == "[True, True, 1, True, True]\n"
