"""`redun log` over builds and runs: executions, jobs, calls, values, versions of tasks and files."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project
from tests.e2e.records import job_of, objects

RULES = """
from tasks import count

@rule("build/{name}.o")
def compiled(out, name):
    sh(f"sed s/int/long/ {need(f'src/{name}.c')} > {out}")

@rule("app")
def app(out):
    sh(f"sed s/long/app/ {need('build/a.o')} > {out}")

number = count(need("src/a.c"))
"""

TASKS = """
from redo_py import task, File

redun_namespace = "demo"

@task
def inner(x: int) -> int:
    # to be read later
    return x + 1

@task
def count(file):
    return inner(len(open(file.path).read()))

@task
def main(x: int = 1):
    return [inner(x), inner(x), inner(inner(x))]

@task
def bad(x: int):
    print("about to fail")
    return [][x]

@task
def worse():
    return [inner(7), bad(3)]
"""


@pytest.fixture
def demo(project: Project) -> Project:
    """A project with rules and tasks."""
    project.rules(RULES)
    project.write("tasks.py", TASKS)
    project.write("src/a.c", "int a;\n")
    project.write("src/b.c", "int b;\n")
    return project


def plain(text: str) -> str:
    """`text` without moments, ids, digests and durations."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "MOMENT", text)
    text = re.sub(r", user=[^,)]+|  \(user=[^,)]+\)", "", text)  # whoever carries out the tests, if anybody knows
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "DIGEST", text)
    text = re.sub(r"\b[0-9a-f]{8}\b", "HEX", text)
    return re.sub(r"\d:\d\d:\d\d\.\d\d|\d+\.\d\d s", "TIME", text)


def log(project: Project, *words: str, status: int = 0, **rest: Any) -> str:
    """What `redun log WORDS` says, see `plain`."""
    outcome = project.run("log", *words, status=status, **rest)
    return plain(outcome.output + outcome.errors)


# ---- lists and trees


def test_builds_and_runs_are_listed_together(demo: Project):
    demo.build("app", "number")
    demo.run("run", "tasks.py", "main", "--x", "2")
    assert log(demo) == (
        "Recent executions:\n\n"
        "Exec HEX [ DONE ] MOMENT:  run tasks.py main --x 2  (project=demo)\n"
        "Exec HEX [ DONE ] MOMENT:  build app number\n"
    )
    assert [each["kind"] for each in objects(demo)] == ["run", "build"]
    assert log(demo, "--limit", "1").endswith(
        "main --x 2  (project=demo)\nredun: there are older executions: --all shows them\n"
    )
    assert "build app number" in log(demo, "--all", cwd="src")


def test_the_jobs_of_a_build(demo: Project):
    demo.build("-j1", "app", "number")
    assert log(demo, "-") == (
        "Exec UUID [ DONE ] MOMENT:  build app number\n"
        "Duration: TIME\n\n"
        "Jobs: 4 (DONE: 4, CACHED: 0, FAILED: 0)\n" + "-" * 80 + "\n"
        "Job HEX [ DONE ] MOMENT:  demo.count(File(path=src/a.c, hash=HEX))\n"
        "  Job HEX [ DONE ] MOMENT:  demo.inner(7)\n"
        "Job HEX [ DONE ] MOMENT:  build/a.o: sed s/int/long/ src/a.c > build/a.o\n"
        "Job HEX [ DONE ] MOMENT:  app: sed s/long/app/ build/a.o > app\n"
    )


def test_the_jobs_of_a_run_with_shared_calls_once(demo: Project):
    demo.run("run", "tasks.py", "main")
    tree = (
        "Job HEX [ DONE ] MOMENT:  demo.main(1)\n"
        "  Job HEX [ DONE ] MOMENT:  demo.inner(1)\n"
        "  Job HEX [ DONE ] MOMENT:  demo.inner(2)\n"
    )
    shown = log(demo, "-")
    assert "Jobs: 3 (DONE: 3, CACHED: 0, FAILED: 0)\n" in shown
    assert shown.endswith("-" * 80 + "\n" + tree)
    demo.run("run", "tasks.py", "main")
    again = log(demo, "-")
    assert "Jobs: 3 (DONE: 0, CACHED: 3, FAILED: 0)\n" in again
    assert again.endswith(tree.replace("[ DONE ]", "[CACHED]"))
    assert log(demo, "~2") == shown
    assert "there is no execution ~3: 2 are recorded" in log(demo, "~3", status=2)


def test_the_ids_that_a_run_prints_lead_to_its_jobs(demo: Project):
    printed = demo.run("run", "tasks.py", "main").errors
    ids = re.findall(r"Run +Job ([0-9a-f]{8}):  demo\.(\w+)", printed)
    assert [name for _, name in ids] == ["main", "inner", "inner"]
    for short, name in ids:
        [found] = objects(demo, short)
        assert (found["task"], found["id"][:8]) == (f"demo.{name}", short)
        assert objects(demo, found["id"]) == [found]
        assert objects(demo, found["id"].upper()[:13]) == [found]
    [execution] = re.findall(r"Start Execution ([0-9a-f-]{36})", printed)
    assert objects(demo, execution) == objects(demo, execution[:10]) == objects(demo, "-")


def test_what_is_left_out_is_said(demo: Project):
    demo.run("run", "tasks.py", "main")
    shown = log(demo, "-", "--limit", "1")
    assert shown.endswith("demo.main(1)\n... 2 more jobs: --all shows them\n")
    assert log(demo, "-", "--status", "failed").endswith("-" * 80 + "\n")
    assert log(demo, "-", "--task", "demo.inner").count("demo.inner(") == 2
    assert "demo.main" not in log(demo, "-", "--task", "demo.inner").partition("-" * 80)[2]
    assert log(demo, "--task", "demo.inner").count("demo.inner(") == 2
    assert "did you mean `demo.inner`?" in log(demo, "--task", "demo.iner", status=2)
    assert log(demo, "--status", "FAILED") == "Recent executions:\n\n"


# ---- one job, call, task, value


def test_a_job(demo: Project):
    demo.run("run", "tasks.py", "main")
    job = job_of(demo, "demo.inner")
    assert log(demo, job["id"][:6]) == (
        "Job UUID [ DONE ] MOMENT:  demo.inner(1)\n"
        "Traceback: Exec HEX > Job HEX main > Job HEX inner\n"
        "Duration: TIME\n"
        "Because: it never ran here\n\n"
        "  CallNode DIGEST demo.inner\n"
        "    Args:     1\n"
        "    Result:   2\n"
        "    Parents:  HEX demo.main\n\n"
        "  Task DIGEST demo.inner\n\n"
        "    @task\n"
        "    def inner(x: int) -> int:\n"
        "        # to be read later\n"
        "        return x + 1\n"
    )
    outer = log(demo, job_of(demo, "demo.main")["id"])
    assert "    Result:   [2, 2, 3]\n    Children: HEX demo.inner\n              HEX demo.inner\n" in outer
    assert re.search(r"Duration: TIME \(with what it called: TIME\)", outer)


def test_a_job_shows_the_code_that_it_ran(demo: Project):
    demo.run("run", "tasks.py", "main")
    before = job_of(demo, "demo.inner")
    demo.write("tasks.py", TASKS.replace("return x + 1", "return x + 2"))
    demo.run("run", "tasks.py", "main")
    after = job_of(demo, "demo.inner")
    assert "return x + 1" in log(demo, before["id"])
    assert "return x + 2" in log(demo, after["id"])
    assert "code" in log(demo, after["id"]).partition("Because: ")[2].partition("\n")[0]
    version = log(demo, before["task_hash"][:9])
    assert "return x + 1" in version
    assert version.endswith("Other versions:\n  Task HEX\n")


def test_a_cached_job_names_the_one_that_ran(demo: Project):
    demo.run("run", "tasks.py", "main")
    ran = job_of(demo, "demo.inner")
    demo.run("run", "tasks.py", "main")
    cached = job_of(demo, "demo.inner")
    assert cached["id"] != ran["id"]
    text = demo.run("log", cached["id"]).output
    assert "[CACHED]" in text
    assert f"Result of: Job {ran['id'][:8]} of Exec {ran['execution'][:8]}, " in text
    assert "return x + 1" in text


def test_a_call_and_a_value(demo: Project):
    demo.run("run", "tasks.py", "main")
    job = job_of(demo, "demo.inner")
    call = log(demo, job["call"][:12])
    assert call.startswith("CallNode DIGEST demo.inner\n  Args:     1\n  Result:   2\n")
    assert call.rstrip().endswith("Jobs:\n  Job HEX [ DONE ] MOMENT:  demo.inner(1)")


def test_a_failed_job_and_its_caller(demo: Project):
    demo.run("run", "tasks.py", "worse", status=1)
    shown = log(demo, "-")
    assert "Exec UUID [FAILED] MOMENT:  run tasks.py worse  (project=demo)\n" in shown
    assert "Jobs: 3 (DONE: 1, CACHED: 0, FAILED: 2)\n" in shown
    assert "\nJob HEX [FAILED] MOMENT:  demo.worse()\n" in shown
    assert "  Job HEX [FAILED] MOMENT:  demo.bad(3)\n" in shown
    told = log(demo, job_of(demo, "demo.bad")["id"][:8])
    assert "Traceback: Exec HEX > Job HEX worse > Job HEX bad\n" in told
    assert "  Error: IndexError: list index out of range\n" in told
    assert "        return [][x]\n" in told
    assert "        x = 3\n" in told
    assert "  Output:\n    about to fail\n\n" in told
    assert "    Args:     3\n    Result:   IndexError('list index out of range')\n" in told
    assert "def bad(x: int):" in told
    told = log(demo, job_of(demo, "demo.worse")["id"][:8])
    assert "\n  Failed in:\n    Job HEX [FAILED] MOMENT:  demo.bad(3)\n" in told


# ---- files


def test_files_with_marks(demo: Project):
    demo.build("app", "number")
    assert log(demo, "--file") == ("File HEX MOMENT w  app\nFile HEX MOMENT rw build/a.o\nFile HEX MOMENT r  src/a.c\n")
    assert log(demo, "--file", "*.o") == log(demo, "--file", "b*/*o") == "File HEX MOMENT rw build/a.o\n"
    assert log(demo, "--file", "../app", cwd="src") == "File HEX MOMENT w  app\n"
    assert "no recorded job has read or made a file src/a.cc" in log(demo, "--file", "src/a.cc", status=2)
    assert "did you mean `src/a.c`?" in log(demo, "--file", "src/a.cc", status=2)
    [file] = objects(demo, "--file", "build/a.o")
    assert (len(file["produced_by"]), len(file["consumed_by"]), file["mode"]) == (1, 1, "rw")


def test_a_file_with_its_maker_and_readers(demo: Project):
    demo.build("app", "number")
    assert log(demo, "build/a.o") == (
        "File HEX MOMENT rw build/a.o\n"
        "Produced by Job HEX\n\n"
        "  Job UUID [ DONE ] MOMENT:  build/a.o: sed s/int/long/ src/a.c > build/a.o\n"
        "  Traceback: Exec HEX > Job HEX build/a.o\n"
        "  Duration: TIME\n"
        "  Processor time: TIME\n"
        "  Because: it was never built here\n\n"
        "    Files:\n"
        "      File HEX r  src/a.c\n"
        "      File HEX w  build/a.o\n\n"
        "    CallNode DIGEST redun.command\n"
        "      Command:  sed s/int/long/ src/a.c > build/a.o\n"
        "      Result:   (File(path=build/a.o, hash=HEX),)\n\n"
        "Consumed by\n\n"
        "  Job HEX [ DONE ] MOMENT:  app: sed s/long/app/ build/a.o > app\n"
    )
    content = objects(demo, "build/a.o")[0]["content"]
    assert log(demo, content[:8]) == log(demo, "build/a.o")
    source = log(demo, "a.c", cwd="src")
    assert source.startswith("File HEX MOMENT r  src/a.c\nProduced by no job that is recorded\n\nConsumed by\n\n")
    assert "demo.count(File(path=src/a.c, hash=HEX))" in source


def test_after_an_edit_the_file_is_the_new_one(demo: Project):
    demo.build("app")
    before = objects(demo, "app")[0]
    demo.write("src/a.c", "int other;\n")
    demo.build("app")
    after = objects(demo, "app")[0]
    assert before["content"] != after["content"]
    assert before["produced_by"] != after["produced_by"]
    assert [each["content"] for each in objects(demo, before["content"][:10])] == [before["content"]]


# ---- what is not there, and what cannot be read


def test_unknown_names(demo: Project):
    demo.build("app")
    told = log(demo, "build/x.o", status=2)
    assert told == "redun: nothing that is recorded is called build/x.o\n  hint: did you mean `build/a.o`?\n"
    assert "`redun log` lists executions, " in log(demo, "ffffffff", status=2)


def test_where_nothing_is_recorded(project: Project):
    told = log(project, status=2)
    assert told == (
        f"redun: nothing is recorded for {project.folder}\n"
        "  hint: `redun build` and `redun run` record what they do; `-C DIR` names another folder\n"
    )
    assert not project.state.exists()


def test_a_damaged_database_is_told_and_stays(demo: Project):
    demo.build("app")
    database = demo.state / "state.db"
    database.write_bytes(b"no database " * 1000)
    told = log(demo, status=2)
    assert told == (
        f"redun: {database} cannot be read: file is not a database\n"
        "  hint: the next `redun build` or `redun run` sets it aside and starts with an empty one\n"
    )
    assert database.read_bytes() == b"no database " * 1000


def test_odd_options(demo: Project):
    assert "text or json" in log(demo, "--format", "yaml", status=2)
    assert log(demo, "--limit", "x", status=2) == "redun: --limit takes a whole number from 1 on, and not `x`\n"


def test_a_killed_run_shows_as_killed(demo: Project):
    demo.write(
        "slow.py",
        """
        import time
        from redo_py import task

        @task
        def wait(seconds: int, names: list[str] = ["a", "b"]):
            open("waiting", "w").close()
            time.sleep(seconds)
        """,
    )
    running = demo.start("run", "slow.py", "wait", "--seconds", "60")
    demo.wait_for("waiting")
    while "Job HEX" not in (shown := log(demo, "-")):
        assert shown.startswith("Exec UUID [RUNNING] MOMENT:  run slow.py wait --seconds 60\n")
    assert shown.endswith("Job HEX [RUNNING] MOMENT:  wait(60, ['a', 'b'])\n")
    running.kill()
    killed = log(demo, "-")
    assert killed.startswith("Exec UUID [KILLED] MOMENT:  run slow.py wait --seconds 60\n")
    assert killed.endswith("Job HEX [KILLED] MOMENT:  wait(60, ['a', 'b'])\n")
    assert [each["status"] for each in objects(demo, "--status", "killed")] == ["KILLED"]


def test_nothing_in_the_log_is_run(demo: Project, tmp_path: Path):
    """Whatever a value would do when it is unpickled, it does not when it is shown."""
    trap = tmp_path / "sprung"
    demo.write(
        "trap.py",
        f"""
        from redo_py import task

        class Trap:
            def __init__(self):
                self.x = 1
            def __repr__(self):
                return "a trap"
            def __setstate__(self, state):
                open({str(trap)!r}, "w").close()
                self.__dict__.update(state)

        @task
        def give():
            return Trap()

        @task
        def take(trap):
            return 1

        @task
        def main():
            return take(give())
        """,
    )
    demo.run("run", "trap.py", "main")
    if trap.exists():
        os.unlink(trap)
    assert "take(a trap)" in log(demo, "-")
    assert "Result:   a trap" in log(demo, job_of(demo, "give")["id"])
    assert not trap.exists()


def test_a_file_that_was_put_back_holds_what_was_put_back(project: Project):
    project.write("redunfile.py", '@rule("o.txt")\ndef o(out):\n    sh(f"cp {need(\'a.txt\')} {out}")\n')
    for word in ("one\n", "two\n"):
        project.write("a.txt", word)
        project.run("build", "o.txt")
    two = project.run("log", "o.txt").output
    project.write("a.txt", "one\n")
    assert "restored" in project.run("build", "o.txt").output
    one = project.run("log", "o.txt").output
    assert one.splitlines()[0] != two.splitlines()[0]
    assert "Produced by Job" in one
    assert "Because: it was never built here" in one
    for word, shown in (("one\n", one), ("two\n", two)):
        project.write("a.txt", word)
        project.run("build", "o.txt")
        assert project.run("log", "o.txt").output == shown


def test_a_file_that_a_task_was_given_and_wrote_is_its_product(project: Project):
    project.write(
        "flow.py",
        """
from redo_py import File, task

redun_namespace = "demo"

@task
def back(file: File):
    file.write("one")
    return file

@task
def silent(file: File):
    file.write("two")

@task
def main():
    return [back(File("o.txt")), silent(File("q.txt"))]
""",
    )
    project.run("run", "flow.py", "main")
    listed = project.run("log", "--file").output
    assert "File 00000000" not in listed
    for path, task in (("o.txt", "demo.back"), ("q.txt", "demo.silent")):
        shown = project.run("log", path).output
        assert "Produced by Job" in shown
        assert f"{task}(File(path={path}, absent))" in shown


def test_the_log_of_a_script(project: Project):
    project.write("in.txt", "one\n")
    project.write(
        "flow.py",
        """
from redo_py import File, script, task

redun_namespace = "demo"

@task
def main():
    given = [File("in.txt").stage("near.txt")]
    return script("cat near.txt; echo said aside >&2; echo loud", inputs=given, outputs=File("near.txt"))

@task
def quiet():
    return script("echo said aside >&2; echo value", text=True)

@task
def fails():
    return script("echo to standard output; false", outputs=File("none"))
""",
    )
    command = "'cat near.txt; echo said aside >&2; echo loud'"
    ran = project.run("run", "flow.py", "main")
    assert "one\nloud\nsaid aside\n" in ran.errors
    assert f"redun.script({command})\n" in project.run("log", "-").output
    job = project.run("log", "--task", "script", "--limit", "1").output.split()[1]
    shown = project.run("log", job).output
    assert "  Output:\n    one\n    loud\n    said aside\n" in shown
    assert f"Args:     {command}\n" in shown
    assert "\nsaid aside\n" in project.run("run", "flow.py", "quiet").errors
    job = project.run("log", "--task", "redun.script", "--limit", "1").output.split()[1]
    shown = project.run("log", job).output
    assert "  Output:\n    said aside\n" in shown
    assert "value\n    " not in shown
    failed = project.run("run", "flow.py", "fails", status=1).errors
    assert "\nto standard output\n" in failed
    assert "  stderr" not in failed


def test_a_task_by_its_bare_name(demo: Project):
    demo.run("run", "tasks.py", "main")
    assert log(demo, "--task", "main") == log(demo, "--task", "demo.main")
    demo.write(
        "other.py", "from redo_py import task\n\nredun_namespace = 'other'\n\n@task\ndef main():\n    return 1\n"
    )
    demo.run("run", "other.py", "main")
    several = demo.run("log", "--task", "main", status=2)
    assert several.errors == ("redun: no recorded job is of a task main\n  hint: there are demo.main, other.main\n")


def test_the_latest_job_of_a_target_is_one_that_failed(project: Project):
    project.rules("""
        from work import note

        @check
        def good():
            sh(f"grep yes {need('answer')}")

        @rule("noted")
        def noted(out):
            return note(need("answer"), out)
        """)
    project.write(
        "work.py",
        """
        from redo_py import task

        @task
        def note(file, out):
            open(out, "w").write(open(file).read())
        """,
    )
    project.write("answer", "yes\n")
    project.build("good", "noted")
    assert log(project, "good").startswith("Job UUID [ DONE ] MOMENT:  good:")
    project.write("answer", "no\n")
    project.build("good", status=1)
    assert log(project, "good").startswith("Job UUID [FAILED] MOMENT:  good:")
    project.write("answer", "yes\n")
    project.build("good", "noted")  # known: nothing is run for it
    assert log(project, "good").startswith("Job UUID [CACHED] MOMENT:  good:")
    project.write("answer", "yes and no\n")
    project.build("good", "noted")
    assert log(project, "good").startswith("Job UUID [ DONE ] MOMENT:  good:")
    assert log(project, "note").startswith("Job UUID [ DONE ] MOMENT:  note(File(path=answer")


def test_what_is_left_out_of_a_list_is_told_aside(demo: Project):
    for number in "12":
        demo.run("run", "tasks.py", "main", "--x", number)
    listed = demo.run("log", "--task", "demo.main", "--limit", "1")
    assert len(listed.output.splitlines()) == 1
    assert listed.errors == "redun: there are older jobs: --all shows them\n"


def test_an_input_that_was_discovered_is_compared_with_the_last_build(project: Project):
    command = "cat a.h > /dev/null; echo x > {out}; echo {out}: a.h > d.d"
    project.write("redunfile.py", f'@rule("o.txt")\ndef o(out):\n    sh(f"{command}", depfile="d.d")\n')
    seen = []
    for word in ("one", "two", "one"):
        project.write("a.h", word)
        project.run("build", "o.txt")
        seen.append(project.run("log", "a.h").output.split()[1])
    assert seen[0] == seen[2] != seen[1]
    project.write("a.h", "three")
    assert f"o.txt: a.h changed ({seen[0]} -> " in project.run("build", "-n", "o.txt").output


# ---- what jobs took

TOOK = """
    import time
    from redo_py import script, task

    redun_namespace = "took"


    def work():
        held = bytearray(96 << 20)
        held[::4096] = bytes([1]) * len(held[::4096])
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass
        return len(held)


    @task(executor="process")
    def apart():
        return work()


    @task
    def here():
        return work()


    @task
    def main():
        return [apart(), here(), script("true")]
    """


def took(project: Project, name: str, *options: str) -> dict[str, Any]:
    """What the log has of the job of the task `name`, run anew."""
    project.run("run", "took.py", name, *options)
    return next(each for each in objects(project, "-") if each.get("task", "").endswith(name))


def test_what_jobs_took(project: Project):
    project.write("took.py", TOOK)
    project.run("run", "took.py", "main")
    found = {each["task"]: each for each in objects(project, "-") if each["type"] == "Job"}
    apart, here, script = (found[name] for name in ("took.apart", "took.here", "redun.script"))
    assert 0.1 <= apart["cpu"] < 10
    assert 96 << 20 <= apart["memory"] < 400 << 20
    assert 0 <= script["cpu"] < 10
    assert (here["cpu"], here["memory"], found["took.main"]["cpu"]) == (None, None, None)
    shown = log(project, apart["id"])
    assert re.search(r"Duration: TIME\nProcessor time: TIME, memory: \d+\.\d MiB\nBecause: ", shown)
    assert "Processor time" not in log(project, here["id"])
    again = took(project, "apart")
    assert (again["status"], again["cpu"], again["memory"]) == ("CACHED", None, None)


def test_functions_in_threads_are_measured_when_that_is_asked(project: Project):
    project.write("took.py", TOOK)
    project.write("redun.toml", "[tasks]\nmeasure = true\n")
    here = took(project, "here")
    assert 0.1 <= here["cpu"] < 10
    assert here["memory"] is None
    assert "\nProcessor time: TIME\n" in log(project, here["id"])
