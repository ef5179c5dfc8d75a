"""Executors of the settings: listed, tried, named by tasks and rules, found again after a kill."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from redo_py.executors.processes.system import is_alive
from tests.e2e.project import Project

APART = '[executors.apart]\ntype = "subprocess"\n'
FLOW = """
    import os
    import time
    from redo_py import subrun, task
    from parts.words import loud

    redun_namespace = "flow"


    @task(executor="apart")
    def far(word: str = "hello") -> str:
        return loud(word)


    @task
    def bad(place: str, word: str = "") -> str:
        try:
            return {}[word]
        except KeyError as error:
            raise ValueError(f"no word in {place}") from error


    @task(executor="apart")
    def careless() -> int:
        os.closerange(3, 100)
        return 1


    @task
    def pid(number: int) -> int:
        return os.getpid()


    @task
    def below() -> list[int]:
        return subrun([pid(1), pid(2)], executor="apart")


    @task(executor="apart")
    def slow(notes: str) -> int:
        with open(notes, "a") as file:
            file.write("x")
        while not os.path.exists(notes + ".go"):
            time.sleep(0.02)
        return 7
"""


@pytest.fixture
def workflow(project: Project) -> Project:
    project.write("flow.py", FLOW)
    project.write("parts/words.py", "def loud(word):\n    return word.upper()\n")
    project.write("redun.toml", APART)
    return project


def test_the_list(workflow: Project):
    workflow.write(
        "redun.toml",
        APART + '[executors.far]\ntype = "alias"\ntarget = "apart"\n[executors.odd]\ntype = "subproces"\n'
        '[executors.bad]\ntype = "subprocess"\nmax_workers = 0\n[executors.mine]\nclass = "parts.words:loud"\n'
        '[executors.away]\ntype = "subprocess"\nscratch = "flow.py"\n'
        '[executors.gone]\ntype = "alias"\ntarget = "aprat"\n',
    )
    rows = {row["name"]: row for row in json.loads(workflow.run("executors", "--json").output)}
    assert list(rows) == ["default", "process", "command", "apart", "away", "bad", "far", "gone", "mine", "odd"]
    assert {name: row["state"] for name, row in rows.items() if row["state"] != "ready"} == {
        "away": "unusable", "bad": "unusable", "gone": "unusable", "mine": "unusable", "odd": "unusable",
    }  # fmt: skip
    assert rows["far"]["reason"] == "another name of apart"
    assert rows["gone"]["reason"] == "there is no executor `aprat`; did you mean apart?"
    assert rows["away"]["reason"] == (
        f"the executor `away` cannot be used: its scratch {workflow.path('flow.py')}: not a directory"
    )
    assert rows["apart"]["origin"] == "redun.toml:1"
    assert rows["odd"]["reason"] == (
        "the executor `odd` is of the type subproces, which nobody knows; did you mean subprocess?"
    )
    assert "it is no class" in rows["mine"]["reason"]
    assert "max_workers" in workflow.run("executors").output


def test_trying_one(workflow: Project):
    for name in ("apart", "default", "process", "command"):
        assert f"{name}: ready, " in workflow.run("executors", "check", name).output


def test_trying_one_that_fails(workflow: Project):
    workflow.write("redun.toml", APART + 'python = "/no/such/python"\n')
    outcome = workflow.run("executors", "check", "apart", status=1)
    assert "apart: failed after " in outcome.output
    assert (
        "the executor `apart` cannot be used: its `python` is /no/such/python, which is no program here\n"
        in outcome.output
    )
    (row,) = (row for row in json.loads(workflow.run("executors", "--json").output) if row["name"] == "apart")
    assert row["state"] == "unusable"
    told = workflow.run("executors", "check", "aprat", status=2)
    assert "there is no executor `aprat`\n  hint: did you mean apart?\n" in told.errors


STUCK = """
    import os

    from redo_py.executors.backend import ENDED, WAITING, Report
    from redo_py.executors.options import RemoteOptions


    class Stuck:
        Options = RemoteOptions
        is_here = False

        def __init__(self, options, site):
            self.state = WAITING

        def open(self):
            os.makedirs("opened", exist_ok=True)

        def launch(self, jobs):
            os.makedirs("launched")

        def poll(self, keys):
            return [Report(key, self.state, 143, reason="no machines") for key in keys]

        def cancel(self, keys):
            os.makedirs("cancelled")
            self.state = ENDED

        def find(self, keys):
            return set()

        def tail(self, key):
            return ""

        def close(self):
            os.makedirs("closed", exist_ok=True)
"""


def test_trying_one_that_does_not_answer(workflow: Project):
    workflow.write("parts/stuck.py", STUCK)
    workflow.write("redun.toml", '[executors.far]\nclass = "parts.stuck:Stuck"\ntimeout = 0.3\n')
    outcome = workflow.run("executors", "check", "far", status=1)
    assert outcome.output.startswith("far: failed after ")
    assert "redun: executors check far: no answer within 0.3 seconds\n" in outcome.output


def test_an_interrupt_while_one_is_tried(workflow: Project):
    workflow.write("parts/stuck.py", STUCK)
    workflow.write("redun.toml", '[executors.far]\nclass = "parts.stuck:Stuck"\n')
    running = workflow.start("executors", "check", "far")
    workflow.wait_for("launched")
    running.send(signal.SIGINT)
    assert running.finish().status == 130
    assert workflow.exists("cancelled")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "aprat"), "redun: there is no executor `aprat`\n  hint: did you mean apart?\n"),
        (("check",), "redun: `redun executors check` needs NAME\n"),
        (
            ("try", "apart"),
            (
                "redun: redun executors does not know try\n"
                "  hint: it lists them without arguments; `redun executors check NAME` tries one\n"
            ),
        ),
    ],
)
def test_wrong_lines(workflow: Project, words: tuple[str, ...], said: str):
    assert said in workflow.run("executors", *words, status=2).errors


def test_an_unknown_executor_has_suggestions(workflow: Project):
    workflow.write("flow.py", FLOW.replace('executor="apart"', 'executor="aprat"'))
    errors = workflow.run("run", "flow.py", "far", status=2).errors
    assert "asks for the executor `aprat`, which is not configured" in errors
    assert "did you mean `apart`?" in errors


def test_an_option_that_cannot_be_is_told_at_its_line(workflow: Project):
    workflow.write("redun.toml", APART + "\njob_monitor_interval = -1\n")
    outcome = workflow.run("run", "flow.py", "far", status=2)
    assert "redun.toml:4:24: an option of the executor `apart` cannot be: `job_monitor_interval`: " in outcome.errors
    assert "it must be more than 0, not -1" in outcome.errors


def test_a_type_that_nobody_knows(workflow: Project):
    workflow.write("redun.toml", '[executors.apart]\ntype = "subproces"\n')
    errors = workflow.run("run", "flow.py", "far", status=2).errors
    assert "the executor `apart` is of the type subproces, which nobody knows" in errors
    assert "set in  redun.toml:1" in errors
    assert "hint: did you mean subprocess?" in errors


def test_a_workflow_elsewhere_is_remembered(workflow: Project):
    assert workflow.run("run", "flow.py", "far").output == "'HELLO'\n"
    again = workflow.run("run", "flow.py", "far")
    assert again.output == "'HELLO'\n"
    assert "Cached" in again.errors
    workflow.write("flow.py", FLOW.replace(', executor="apart"', "").replace('@task(executor="apart")', "@task"))
    assert "Cached" in workflow.run("run", "flow.py", "far").errors


def test_code_that_is_left_out(workflow: Project):
    workflow.write("redun.toml", APART + 'code_excludes = ["parts/**"]\n')
    errors = workflow.run("run", "flow.py", "far", status=1).errors
    assert "module `flow` needs the module `parts`, which cannot be found" in errors
    assert "let `code_includes` of the executor match it" in errors


def test_a_subrun_elsewhere(workflow: Project):
    outcome = workflow.run("run", "flow.py", "below")
    one, two = json.loads(outcome.output)
    assert one != two


@pytest.mark.parametrize("place", ["apart", "process"])
def test_an_error_of_another_process_has_one_traceback(workflow: Project, place: str):
    """That of the task, as if it had run here."""
    errors = workflow.run("run", "-o", f"executor={place}", "flow.py", "bad", "--place", place, status=1).errors
    trace = errors.partition("Traceback")[2].partition("\n[redun]")[0]
    assert "Traceback" not in trace
    job, place_of_error, *rest = trace.splitlines()[1:]
    assert job.endswith(", in bad")
    assert place_of_error.startswith(f'  File "{workflow.path("flow.py")}", line ')
    assert rest[0] == "    return {}[word]"
    assert rest[-1] == f"ValueError: no word in {place}"
    assert "redo_py/" not in trace
    told = workflow.run("log", errors.partition("Failed Job ")[2][:8]).output.partition("  CallNode ")[0]
    assert told.count("return {}[word]") == told.count(f"ValueError: no word in {place}") == 1, told


def test_a_task_that_takes_its_worker_what_that_needs(workflow: Project):
    errors = workflow.run("run", "flow.py", "careless", status=1).errors
    assert (
        f"redun: flow.careless: its worker, on {os.uname().nodename}, could not go on after it had run: "
        "[Errno 9] Bad file descriptor\n"
        "  hint: the task may have closed, or used up, what belongs to its process\n"
    ) in errors


SHAKY = """
    import os

    from redo_py.executors.backend import Unreached
    from redo_py.executors.subprocesses import SubprocessBackend


    class Shaky(SubprocessBackend):
        def open(self):
            if not os.path.exists("asked"):
                os.makedirs("asked")
                raise Unreached("executor-unusable", name="apart", error="answered 503")
            super().open()
"""


def test_a_build_tells_that_a_fault_is_borne(workflow: Project):
    workflow.write("parts/shaky.py", SHAKY)
    workflow.write("redun.toml", '[executors.apart]\nclass = "parts.shaky:Shaky"\n')
    workflow.rules('@rule("out.txt", executor="apart")\ndef make(out):\n    sh(f"echo x > {out}")\n')
    outcome = workflow.build("out.txt")
    assert outcome.made == ["out.txt"]
    told = "redun: apart: the executor `apart` cannot be used: answered 503; trying again, for 120 seconds at most\n"
    assert outcome.output.count(told) == 1


def test_a_worker_without_redo_py(workflow: Project):
    workflow.write("redun.toml", APART + 'python = "./bare.sh"\n')
    workflow.write("bare.sh", "#!/bin/sh\necho 'python3: No module named redo_py' >&2; exit 1\n", executable=True)
    errors = workflow.run("run", "flow.py", "far", status=1).errors
    assert "flow.far: the Python of the worker has no redo-py" in errors
    assert "the option `python` of the executor names another Python" in errors


def test_jobs_of_a_killed_run_are_found_again(workflow: Project):
    notes = str(workflow.path("notes"))
    first = workflow.start("run", "flow.py", "slow", "--notes", notes)
    workflow.wait_for("notes")
    first.kill()
    second = workflow.start("run", "flow.py", "slow", "--notes", notes)
    time.sleep(0.5)
    workflow.write("notes.go", "")
    assert second.finish().output == "7\n"
    assert workflow.read("notes") == "x"


def test_launching(workflow: Project):
    outcome = workflow.run(
        "launch", "--executor", "apart", "--code-package", "--wait", "--", "python3", "-c",
        "import parts.words; print(parts.words.loud('x'))",
    )  # fmt: skip
    assert outcome.output == "X\n"
    workflow.run("launch", "--executor", "apart", "--wait", "--", "sh", "-c", "exit 5", status=5)
    words = ["launch", "--executor", "apart", "--wait", "sh", "-c", "echo $0 $@", "-x", "--wait", "--", "-o"]
    assert workflow.run(*words).output == "-x --wait -- -o\n"
    assert "`aprat`" in workflow.run("launch", "--executor", "aprat", "--", "true", status=2).errors
    assert "redun: -o: " in workflow.run("launch", "-o", "memory=much", "--", "true", status=2).errors


def test_launching_and_leaving(workflow: Project):
    told = workflow.run("launch", "--executor", "apart", "--", "sh", "-c", f"echo done > {workflow.folder}/left").errors
    execution = told.partition("`redun log ")[2].partition("`")[0]
    workflow.until(lambda: workflow.holds("left", "done\n"))
    workflow.until(lambda: "running" not in workflow.run("log", execution).output.lower())
    first = workflow.run("log", execution).output.splitlines()[0].partition("  (user=")[0]
    assert first.endswith(f"launch --executor apart -- sh -c 'echo done > {workflow.folder}/left'")
    assert "run launch" not in first


def test_what_is_left_to_itself_has_a_session_of_its_own(workflow: Project):
    """Its terminal may go, and it has none to wait for."""
    look = "import os; print(os.getsid(0), os.getppid(), file=open('new', 'w')); os.rename('new', 'left')"
    workflow.run("launch", "--executor", "default", "--", "python3", "-c", look)
    workflow.wait_for("left")
    session, parent = map(int, workflow.read("left").split())
    assert session == parent != os.getsid(0), "the redun that runs the command leads it"


RULES = """
    from redo_py.build import action, need, rule, sh


    @rule("out/{name}.o", executor="apart")
    def compile(out, name):
        sh(f"cp {need(name + '.c')} {out} && echo {out}: {name}.c extra.h > {out}.d", depfile=f"{out}.d")


    @rule("out/all/", executor="apart")
    def folder(out):
        sh(f"mkdir -p {out}/deep && cat {need(['out/a.o', 'out/b.o'])} > {out}/deep/both && ./tool.sh > {out}/said")


    @action
    def wipe():
        sh("rm -rf out")
"""


def test_rules_elsewhere(workflow: Project):
    workflow.rules(RULES)
    workflow.write("a.c", "a\n")
    workflow.write("b.c", "b\n")
    workflow.write("extra.h", "")
    workflow.write("tool.sh", "#!/bin/sh\necho tool\n", executable=True)
    assert workflow.run("build", "out/all/").made == ["out/a.o", "out/all", "out/b.o"]
    assert workflow.read("out/all/deep/both") == "a\nb\n"
    assert workflow.read("out/all/said") == "tool\n"
    assert not workflow.path("out/a.o.d").exists()
    assert workflow.run("build", "out/all/").is_idle
    workflow.write("b.c", "c\n")
    assert workflow.run("build", "out/all/").made == ["out/all", "out/b.o"]
    workflow.write("extra.h", "changed")
    assert sorted(workflow.run("build", "out/all/").made) == ["out/a.o", "out/b.o"]
    workflow.remove("out/a.o")
    assert workflow.run("build", "out/all/").restored == ["out/a.o"]


def test_a_rule_says_more_to_its_executor(workflow: Project):
    workflow.rules("""
        @rule("out.txt", executor="apart", start_timeout="2h")
        def out(out):
            sh(f"echo x > {out}")

        @rule("small.txt", executor="far", max_result=0)
        def small(out):
            sh(f"echo x > {out}")
    """)
    workflow.write("redun.toml", f'{APART}[executors.far]\ntype = "alias"\ntarget = "apart"\n')
    told = workflow.build("out.txt", "small.txt", "-k", status=1)
    assert "`max_result`: it must be at least 1, not 0" in told.errors + told.output
    assert workflow.read("out.txt") == "x\n"
    assert not workflow.path("2h").exists()
    workflow.rules('@rule("out.txt", executor="apart", start_timeou="2h")\ndef out(out):\n    sh(f"touch {out}")\n')
    assert "did you mean `start_timeout`?" in workflow.build("out.txt", status=2).errors


def test_a_rule_that_fails_elsewhere(workflow: Project):
    workflow.rules("""
        from redo_py.build import rule, sh


        @rule("out.txt", executor="apart")
        def out(out):
            sh(f"echo half > {out}; echo why >&2; exit 3")
    """)
    outcome = workflow.run("build", "out.txt", status=1)
    assert "out.txt: the command ended with exit status 3" in outcome.output + outcome.errors
    assert "why" in outcome.output + outcome.errors
    assert not workflow.path("out.txt").exists()


STAGED = """
    from redo_py import File, StagingFile, script, task

    redun_namespace = "staged"


    @task
    def main() -> str:
        return script(
            "tr a-z A-Z < local.txt > made.txt; echo done",
            inputs=[StagingFile("local.txt", "data/in.txt")],
            outputs=[StagingFile("made.txt", "data/out.txt"), File("-")],
            executor="apart",
        )
"""


def test_a_script_that_stages_elsewhere_keeps_what_is_the_users(workflow: Project):
    workflow.write("flow.py", STAGED)
    workflow.write("data/in.txt", "words\n")
    workflow.write("data/out.txt", "mine\n")
    workflow.write("local.txt", "also mine\n")
    outcome = workflow.run("run", "flow.py", "main")
    assert "b'done\\n'" in outcome.output
    assert workflow.read("data/out.txt") == "WORDS\n"
    kept = sorted(path.read_text() for path in (workflow.state / "displaced").rglob("*") if path.is_file())
    assert kept == ["also mine\n", "mine\n"]


def test_a_run_that_is_stopped_ends_what_it_has_started_elsewhere(project: Project):
    """Its record tells of all jobs, and nothing is left in the scratch."""
    project.write("redun.toml", APART)
    project.write(
        "flow.py",
        """
        import os
        import time
        from redo_py import task

        @task(executor="apart")
        def long(notes: str):
            with open(notes + ".new", "w") as file:
                file.write(str(os.getpid()))
            os.rename(notes + ".new", notes)
            while True:
                time.sleep(0.02)
        """,
    )
    running = project.start("run", "flow.py", "long", "--notes", str(project.folder / "notes"))
    project.wait_for("notes")
    running.send(signal.SIGINT)
    assert "stopped" in running.finish().errors
    assert not is_alive(int(project.read("notes")), "9" * 18)
    assert list((project.state / "scratch/jobs").iterdir()) == []
    assert "running" not in project.run("log").output


def test_a_thread_that_a_function_leaves_behind_elsewhere_is_not_waited_for(project: Project):
    project.write("redun.toml", '[executors.far]\ntype = "subprocess"\n')
    project.write(
        "flow.py",
        """
        import threading
        from redo_py import task

        @task(executor="far")
        def far():
            threading.Thread(target=threading.Event().wait).start()
            return 6
        """,
    )
    assert project.run("run", "flow.py", "far").output == "6\n"
