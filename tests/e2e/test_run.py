"""`redun run`: a task of a Python file, and what is reused of it."""

from __future__ import annotations

import re

from tests.e2e.project import Outcome, Project

COMPILE = """
    import os
    from typing import Dict, List

    from redo_py import File, task

    redun_namespace = "redun.examples.compile"


    @task()
    def compile(c_file: File) -> File:
        os.system(f"gcc -c {c_file.path}")
        return File(c_file.path.replace(".c", ".o"))


    @task()
    def link(prog_path: str, o_files: List[File]) -> File:
        o_files = " ".join(o_file.path for o_file in o_files)
        os.system(f"gcc -o {prog_path} {o_files}")
        return File(prog_path)


    @task()
    def make_prog(prog_path: str, c_files: List[File]) -> File:
        return link(prog_path, [compile(c_file) for c_file in c_files])


    files = {"prog": [File("prog.c"), File("lib.c")], "prog2": [File("prog2.c"), File("lib.c")]}


    @task()
    def make(files: Dict[str, List[File]] = files) -> List[File]:
        return [make_prog(prog_path, c_files) for prog_path, c_files in files.items()]
"""


def compile_project(project: Project) -> None:
    """The example of redun's introduction."""
    project.write("make.py", COMPILE)
    project.write("lib.c", "int lib(void) { return 1; }\n")
    project.write("prog.c", "int lib(void);\nint main(void) { return lib(); }\n")
    project.write("prog2.c", "int lib(void);\nint main(void) { return lib() + 1; }\n")


def jobs(outcome: Outcome, word: str) -> list[str]:
    """The calls that lines with `word` tell of, without namespace and digests, sorted."""
    lines = [line for line in outcome.errors.splitlines() if line.startswith(f"[redun] {word.ljust(6)} Job ")]
    calls = [line.partition(":  redun.examples.compile.")[2] for line in lines]
    return sorted(re.sub(r", hash=\w+| on default$| \(eval_hash=\w+\)$", "", call) for call in calls)


def table(outcome: Outcome) -> dict[str, list[int]]:
    """The table of jobs: task -> PENDING RUNNING FAILED CACHED DONE TOTAL."""
    rows = re.findall(r"^\[redun\] \| (\S+) +((?:\d+ *){6})$", outcome.errors, re.MULTILINE)
    return {task.rpartition(".")[2]: [int(count) for count in counts.split()] for task, counts in rows}


def test_the_story_of_the_compile_example(project: Project):
    compile_project(project)

    first = project.run("run", "make.py", "make")
    assert table(first) == {
        "ALL": [0, 0, 0, 0, 8, 8],
        "compile": [0, 0, 0, 0, 3, 3],
        "link": [0, 0, 0, 0, 2, 2],
        "make": [0, 0, 0, 0, 1, 1],
        "make_prog": [0, 0, 0, 0, 2, 2],
    }
    assert len(jobs(first, "Run")) == 8
    assert {"prog", "prog2"} <= set(project.files())

    again = project.run("run", "make.py", "make")
    assert table(again)["ALL"] == [0, 0, 0, 8, 0, 8]
    assert again.output == first.output
    assert jobs(again, "Run") == []

    project.write("lib.c", "int lib(void) { return 2; }\n")
    edited = project.run("run", "make.py", "make")
    assert table(edited)["ALL"] == [0, 0, 0, 2, 6, 8]
    assert table(edited)["compile"] == [0, 0, 0, 2, 1, 3]
    assert len(jobs(edited, "Cached")) == 2
    assert len(jobs(edited, "Run")) == 6


def test_a_product_that_is_gone_is_made_again(project: Project):
    compile_project(project)
    project.run("run", "make.py", "make")
    project.remove("prog.o")
    again = project.run("run", "make.py", "make")
    assert project.exists("prog.o")
    assert table(again)["compile"] == [0, 0, 0, 2, 1, 3]


def test_an_unknown_task_or_file_is_refused(project: Project):
    compile_project(project)
    refused = project.run("run", "make.py", "mak", status=2)
    assert refused.errors == "redun: make.py has no task `mak`\n  hint: did you mean `make`?\n"
    refused = project.run("run", "maek.py", "make", status=2)
    assert refused.errors == "redun: there is no file maek.py\n  hint: did you mean `make.py`?\n"
    assert project.run("run", "..", "make", status=2).errors.startswith("redun: there is no file ..\n")
    assert not project.exists(".redun")


GREET = '''
    from redo_py import task

    redun_namespace = "demo"


    @task()
    def greet(name: str, times: int = 1) -> str:
        """Greet somebody.

        As often as it takes.
        """
        return ", ".join([f"hello {name}"] * times)


    @task()
    def main(name: str = "you"):
        return greet(name)
'''


def test_tasks_and_arguments_are_listed(project: Project):
    project.write("wf.py", GREET)
    listed = project.run("run", "wf.py")
    assert listed.output == (
        "Tasks of wf.py; `redun run wf.py TASK --help` shows the arguments of one:\n"
        "\n"
        "  demo.greet  Greet somebody.\n"
        "  demo.main\n"
    )
    assert project.run("run", "wf.py", "help").output == listed.output
    shown = project.run("run", "wf.py", "greet", "--help")
    assert shown.output == (
        "redun run wf.py greet --name TEXT [--times INT]\n"
        "\n"
        "Greet somebody.\n"
        "\n"
        "As often as it takes.\n"
        "\n"
        "  --name TEXT  a text\n"
        "  --times INT  a whole number; without it 1\n"
    )
    assert project.run("run", "wf.py", "greet", "help").output == shown.output
    told = project.run("run", "wf.py", "main", "info").output
    assert told.startswith("Task demo.main\n  hash   ")
    assert told.endswith('@task()\ndef main(name: str = "you"):\n    return greet(name)\n')
    assert "Task demo.greet\n" in project.run("run", "wf.py", "info").output
    assert not project.exists(".redun")


def test_a_dry_run_says_what_would_run(project: Project):
    project.write("wf.py", GREET)
    dry = project.run("run", "-n", "wf.py", "main", "--name", "her", status=1)
    assert "main(name='her'): it never ran here" in dry.errors
    assert dry.output == ""
    assert "[redun] Dry run: 1 job would run, and perhaps others after them\n" in dry.errors

    project.run("run", "wf.py", "main", "--name", "her")
    dry = project.run("run", "wf.py", "main", "--name", "her", "--dryrun")
    assert dry.output == "'hello her'\n"


WHY = """
    from redo_py import File, task

    redun_namespace = "why"
    FACTOR = 2


    @task()
    def size(file: File):
        return len(file.read()) * FACTOR


    @task()
    def main(n: int = 1):
        return [size(File("in.txt")), n]
"""


def test_a_dry_run_says_what_failed(project: Project):
    project.write(
        "wf.py",
        """
        from redo_py import task

        @task(namespace="why")
        def main(n: int):
            assert n == 3
        """,
    )

    def told(n: int) -> str:
        return project.run("run", "-n", "wf.py", "main", "--n", str(n), status=1).errors

    for n in (1, 2):
        project.run("run", "wf.py", "main", "--n", str(n), status=1)
    shown = [re.findall(r"it failed when it last ran, .*; `redun log (\w+)` shows it\n", told(n)) for n in (1, 2)]
    assert [len(each) for each in shown] == [1, 1]
    assert shown[0] != shown[1]
    assert "main(n=3): it never ran here\n" in told(3), "what failed was given something else"
    project.run("run", "wf.py", "main", "--n", "3")
    assert "main(n=4): argument n changed: 3 -> 4\n" in told(4)
    assert f"`redun log {shown[0][0]}` shows it\n" in told(1)
    project.write("wf.py", project.read("wf.py").replace("n == 3", "n >= 3"))
    assert "main(n=1): code wf.main (wf.py:5) changed" in told(1)


def test_a_dry_run_says_why(project: Project):
    def told(*words: str) -> list[str]:
        errors = project.run("run", "-n", "wf.py", "main", *words, status=1).errors
        lines = [line for line in errors.splitlines() if line.startswith(("[redun] Would", "[redun] Dry"))]
        return [re.sub(r"\b[0-9a-f]{8}\b", "ID", line) for line in lines]

    end = "[redun] Dry run: 1 job would run, and perhaps others after them"
    project.write("wf.py", WHY)
    project.write("in.txt", "one")
    assert told() == ["[redun] Would run Job ID:  why.main(n=1): it never ran here", end]
    project.run("run", "wf.py", "main")
    assert told("--n", "2") == ["[redun] Would run Job ID:  why.main(n=2): argument n changed: 1 -> 2", end]
    project.write("wf.py", WHY.replace("FACTOR = 2", "FACTOR = 3"))
    called = "[redun] Would run Job ID:  why.size(file=File(path=in.txt, hash=ID))"
    assert told() == [f"{called}: code wf.FACTOR (wf.py:5) changed (ID -> ID)", end]
    project.write("wf.py", WHY)
    project.write("in.txt", "three")
    assert told() == ["[redun] Would run Job ID:  why.main(n=1): in.txt changed (ID -> ID)", end]


def test_log_levels(project: Project):
    project.write("wf.py", GREET)
    quiet = project.run("run", "--log-level", "error", "wf.py", "main")
    assert (quiet.output, quiet.errors) == ("'hello you'\n", "")
    loud = project.run("--log-level", "DEBUG", "run", "wf.py", "main", "--name", "b")
    assert "[redun]        because: " in loud.errors


def test_many_jobs_have_few_lines(project: Project):
    project.write(
        "wf.py",
        """
        from redo_py import task

        @task()
        def one(i):
            return i

        @task()
        def main(n: int):
            return [one(i) for i in range(n)]
        """,
    )
    some = project.run("run", "wf.py", "main", "--n", "200")
    assert some.errors.count("[redun] Run    Job ") == 50
    assert table(some)["one"] == [0, 0, 0, 0, 200, 200]
    every = project.run("run", "wf.py", "main", "--n", "200", "--log-level", "info")
    assert every.errors.count("[redun] Cached Job ") == 201


FAILING = """
    from redo_py import task

    def helper(z):
        try:
            return {}[z]
        except KeyError as error:
            raise ValueError("no such z") from error

    @task()
    def leaf(x, text="abc"):
        return helper(x)

    @task()
    def other(x):
        return x

    @task()
    def middle(x):
        return [other(x), leaf(x)]

    @task()
    def main(n: int = 3):
        return middle(n)
"""


def test_a_failure_is_told_with_the_jobs_that_led_to_it_and_local_variables(project: Project):
    project.write("wf.py", FAILING)
    failed = project.run("run", "wf.py", "main", status=1)
    told = failed.errors.partition("[redun] *** Failed Job ")[2].partition("[redun]\n")[0]
    told = re.sub(r"Job \w{8}", "Job ID", told).replace(str(project.folder), "FOLDER")
    assert told[8:] == (
        ":  leaf(x=3, text='abc')\n"
        "Traceback (most recent task last):\n"
        '  Job ID: File "FOLDER/wf.py", line 24, in main\n'
        "    return middle(n)\n"
        "      n = 3\n"
        '  Job ID: File "FOLDER/wf.py", line 20, in middle\n'
        "    return [other(x), leaf(x)]\n"
        "      x = 3\n"
        '  Job ID: File "FOLDER/wf.py", line 11, in leaf\n'
        '  File "FOLDER/wf.py", line 6, in helper\n'
        "    return {}[z]\n"
        "      z = 3\n"
        "KeyError: 3\n"
        "\n"
        "The above exception was the direct cause of the following one:\n"
        "\n"
        '  File "FOLDER/wf.py", line 12, in leaf\n'
        "    return helper(x)\n"
        "      x = 3\n"
        "      text = 'abc'\n"
        '  File "FOLDER/wf.py", line 8, in helper\n'
        '    raise ValueError("no such z") from error\n'
        "      z = 3\n"
        "ValueError: no such z\n"
    )
    assert table(failed) == {
        "ALL": [0, 0, 3, 0, 1, 4],
        "leaf": [0, 0, 1, 0, 0, 1],
        "main": [0, 0, 1, 0, 0, 1],
        "middle": [0, 0, 1, 0, 0, 1],
        "other": [0, 0, 0, 0, 1, 1],
    }
    assert failed.output == ""


def test_what_tasks_print_is_seen_where_they_print_it(project: Project):
    project.write(
        "wf.py",
        """
        import sys
        from redo_py import task

        @task()
        def main():
            print("to output")
            print("to errors", file=sys.stderr)
            sys.stdout.buffer.write(b"bytes \\xff\\n")
            sys.stdout.flush()
        """,
    )
    told = project.run("run", "wf.py", "main")
    assert told.output == "to output\nbytes \udcff\n"
    assert "\nto errors\n" in told.errors
    assert project.run("run", "wf.py", "main").output == ""


def test_tables_while_it_runs(project: Project):
    project.write("redun.toml", "[run]\njob_status_interval = 0.05\n")
    project.write(
        "wf.py",
        """
        import os, time
        from redo_py import task

        @task()
        def main():
            while not os.path.exists("go"):
                time.sleep(0.01)
        """,
    )
    running = project.start("run", "wf.py", "main")
    assert running.process.stderr is not None
    told = ""
    while told.count("| JOB STATUS ") < 3 or not re.search(r"\| main +0 +1 +0 +0 +0 +1\n", told):
        line = running.process.stderr.readline().decode()
        assert line, told
        told += line
    project.write("go", "")
    assert running.finish().status == 0
    project.write("redun.toml", "[run]\njob_status_interval = 0\n")
    assert project.run("run", "wf.py", "main", "--no-cache").errors.count("| JOB STATUS ") == 1


def test_a_caller_that_is_remembered_shows_no_line_that_it_may_not_have_been(project: Project):
    text = """
        from redo_py import map_, task

        @task()
        def divide(a: int, b: int):
            return a / b

        @task(
            memory=1,
        )
        def main(b: int = 0):
            return divide(1, b)

        @task()
        def by_a_form():
            return map_(divide.partial(1), [0])
    """
    project.write("fails.py", text)
    file = project.path("fails.py")
    told = "is remembered, without the line"
    assert [told in project.run("run", "fails.py", "by_a_form", status=1).errors for _ in range(2)] == [False, True]
    first = project.run("run", "fails.py", "main", status=1).errors
    again = project.run("run", "fails.py", "main", status=1).errors
    assert f'File "{file}", line 12, in main\n    return divide(1, b)\n      b = 0\n' in first
    assert "main(b=0) on default" in first
    assert "main(b=0) on default" not in again
    assert (
        f'File "{file}", line 11, in main\n'
        "    (what it returned is remembered, without the line that made the call)\n      b = 0\n"
    ) in again
    assert f'File "{file}", line 5, in divide\n' in again
