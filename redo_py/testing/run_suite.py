"""What whole runs and builds must do on every executor that the settings name, wherever its jobs run.

A subclass gives a fixture `setting`: what `[executors.NAME]` says, as a dict. Each test has a project of its own in a
temporary folder.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redo_py.testing.bench import Bench
from redo_py.testing.project_suite import ProjectSuite
from redo_py.testing.wheels import make_wheel

RAN = re.compile(r"Run    Job \w+: +(\S+?)\(.* on (\w+)$", re.MULTILINE)  # task, executor
FLOW = """
    import os
    from redo_py import File, script, subrun, task
    from redun.scheduler import subrun as redun_subrun
    from parts.inner.words import loud

    redun_namespace = "flow"


    @task(executor="tried")
    def far(word):
        return loud(word)


    @task
    def main(word: str = "hello"):
        return [far(word), far(word + word)]


    @task(executor="tried", retries=2)
    def flaky(notes: str):
        with open(notes, "a") as file:
            file.write("x")
        if len(open(notes).read()) < 2:
            raise RuntimeError("not yet")
        return len(open(notes).read())


    @task
    def near(word):
        return loud(word)


    @task
    def below(word: str):
        return subrun([near(word), near(word + word)], executor="tried")


    @task
    def apart(word: str):
        return redun_subrun([near(word), near(word + word)], executor="tried", new_execution=True)


    @task
    def scripted():
        return script(
            "tr a-z A-Z < data/words.txt > made/words.txt; echo told",
            inputs=[File("data/words.txt")], outputs=[File("made/words.txt"), File("-")], executor="tried",
        )
"""
APART = """
    import os, sys
    from redo_py import script, task

    redun_namespace = "apart"


    @task(executor="tried", env="uv:requirements.txt")
    def inside():
        import tiny

        return [tiny.VALUE, sys.prefix, os.environ["VIRTUAL_ENV"]]


    @task
    def compared(found, said):
        value, prefix, active = found
        return [value, prefix == active, said == f"{value} {prefix}\\n"]


    @task
    def main():
        said = script("tiny-say $VIRTUAL_ENV", executor="tried", env="uv:requirements.txt", text=True)
        return compared(inside(), said)
"""
TINY = """
import sys

VALUE = 7


def main():
    print(VALUE, *sys.argv[1:])
"""
RULES = """
    from redo_py.build import need, rule, sh


    @rule("made/upper.txt", executor="tried")
    def upper(out):
        sh(f"tr a-z A-Z < {need('data/words.txt')} > {out}")
"""


class RunSuite(ProjectSuite):
    """The tests; not collected by itself."""

    is_apart = ""  # why jobs do not see the records of the project
    without_environments = ""  # why jobs cannot have environments of their own

    def requirements(self, bench: Bench) -> str:
        """The lines of a requirements file that has the package `tiny`."""
        return f"--no-index\n./{make_wheel(bench.folder / 'wheels', 'tiny', '1', TINY).relative_to(bench.folder)}\n"

    def test_a_run_and_a_second_one(self, bench: Bench) -> None:
        bench.write("flow.py", FLOW)
        assert "['HELLO!', 'HELLOHELLO!']" in bench.redun("run", "flow.py", "main")
        second = bench.redun("run", "flow.py", "main")
        assert "['HELLO!', 'HELLOHELLO!']" in second
        assert "Run" not in second
        bench.write("parts/inner/words.py", "def loud(word):\n    return word.upper() + '?'\n")
        assert "['HELLO?', 'HELLOHELLO?']" in bench.redun("run", "flow.py", "main")

    def test_retries(self, bench: Bench, tmp_path: Path) -> None:
        bench.write("flow.py", FLOW)
        assert "\n2\n" in "\n" + bench.redun("run", "flow.py", "flaky", "--notes", self.shared_path(tmp_path, "notes"))

    def test_a_script_of_a_task(self, bench: Bench) -> None:
        bench.write("flow.py", FLOW)
        bench.write("data/words.txt", "some words\n")
        bench.write("made/others.txt", "")
        assert "told" in bench.redun("run", "flow.py", "scripted")
        assert bench.read("made/words.txt") == "SOME WORDS\n"

    def test_a_rule_of_a_redunfile(self, bench: Bench) -> None:
        bench.write("redunfile.py", RULES)
        bench.write("data/words.txt", "some words\n")
        assert "made/upper.txt" in bench.redun("build", "made/upper.txt")
        assert bench.read("made/upper.txt") == "SOME WORDS\n"
        assert "up to date" in bench.redun("build", "made/upper.txt")
        bench.write("redunfile.py", RULES.replace(', executor="tried"', ""))
        assert "up to date" in bench.redun("build", "made/upper.txt")

    def test_an_environment(self, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is made where the job runs, from a file of the project that names another one."""
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # those of the user stay as they are
        bench.write("flow.py", APART)
        bench.write("requirements.txt", self.requirements(bench))
        if self.without_environments:
            told = bench.redun("run", "flow.py", "main", status=1)
            assert "the executor `tried` cannot run in the environment uv:requirements.txt" in told
            return
        told = bench.redun("run", "flow.py", "main")
        assert told.startswith("[7, True, True]\n"), told

    def test_a_subrun(self, bench: Bench) -> None:
        """Its calls are jobs of the run."""
        bench.write("flow.py", FLOW)
        told = bench.redun("run", "flow.py", "below", "--word", "hey")
        assert told.startswith("['HEY!', 'HEYHEY!']\n"), told
        assert RAN.findall(told).count(("flow.near", "tried")) == 2, told

    def test_a_subrun_apart(self, bench: Bench) -> None:
        """With an execution of its own it is one job."""
        bench.write("flow.py", FLOW)
        told = bench.redun("run", "flow.py", "apart", "--word", "ho")
        assert told.startswith("['HO!', 'HOHO!']\n"), told
        assert RAN.findall(told).count(("redun.subrun_apart", "tried")) == 1, told
        listed = bench.redun("log")
        assert listed.count("Exec ") == (1 if self.is_apart else 2), listed

    def test_a_launch(self, bench: Bench) -> None:
        words = ("launch", "--executor", "tried", "--wait", "--code-package", "--")
        told = bench.redun(*words, "sh", "-c", "ls parts/tasks.py && echo launched $((6 * 7))")
        assert told.startswith("parts/tasks.py\nlaunched 42\n"), told
        told = bench.redun(*words, "sh", "-c", "echo in vain; exit 5", status=5)
        assert "the command ended with exit status 5" in told
