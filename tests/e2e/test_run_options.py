"""Options of `redun run` that are not about the arguments of the task."""

from __future__ import annotations

import json
import pickle
import sqlite3
from typing import Any

import pytest

from tests.e2e.project import Project

WORKFLOW = """
    from redo_py import task

    @task()
    def main(x: int = 1, name: str = "n"):
        return [x, name]
"""
ID = "01234567-89ab-4def-8123-456789abcdef"


@pytest.fixture
def workflow(project: Project) -> Project:
    """A project with a workflow."""
    project.write("wf.py", WORKFLOW)
    return project


def tags(project: Project, state: str = ".redun") -> dict[str, Any]:
    """The tags of the only execution, of which each has one value."""
    with sqlite3.connect(project.path(f"{state}/state.db")) as connection:
        rows = connection.execute("SELECT key, value FROM tag WHERE entity = 'execution'").fetchall()
    assert len(dict(rows)) == len(rows)
    return {key: json.loads(value) for key, value in rows}


def test_tags(workflow: Project):
    workflow.write("redun.toml", '[tags]\nteam = "t"\n')
    workflow.write(".git/HEAD", "ref: refs/heads/main\n")
    workflow.write(".git/refs/heads/main", "0123456789\n")
    workflow.write(".git/config", '[core]\n[remote "origin"]\n\turl = https://me:secret@host/x.git\n')
    line = ["-t", "n=3", "-t", "kind=[1]", "-p", "proj", "--doc", "a text", "-u", "ada"]
    workflow.run("run", "wf.py", *line, "main")
    assert tags(workflow) == {
        "team": "t",
        "n": 3,
        "kind": [1],
        "project": "proj",
        "doc": "a text",
        "user": "ada",
        "git_commit": "0123456789",
        "git_origin_url": "https://me@host/x.git",
    }


def test_users(workflow: Project):
    workflow.run("run", "wf.py", "main", environment={"USER": "system", "REDUN_GIT_COMMIT": "c0ffee"})
    assert tags(workflow) == {"user": "system", "git_commit": "c0ffee"}
    workflow.run("run", "-c", ".", "wf.py", "main", "--exclude-user", "local", environment={"USER": "system"})
    assert tags(workflow, ".") == {}


def test_an_id_of_choice(workflow: Project):
    told = workflow.run("run", "--execution-id", ID, "wf.py", "main")
    assert f"[redun] Start Execution {ID}:  redun run --execution-id {ID} wf.py main\n" in told.errors
    refused = workflow.run("run", "--execution-id", ID, "wf.py", "main", status=2)
    assert refused.errors.startswith(f"redun: there is an execution {ID} already\n")
    refused = workflow.run("run", "--execution-id", "17", "wf.py", "main", status=2)
    assert refused.errors == "redun: --execution-id takes a UUID, and not `17`\n"


def test_arguments_from_a_pickle(workflow: Project):
    workflow.write("in", pickle.dumps(((5,), {"name": "p"})))
    assert workflow.run("run", "-i", "in", "wf.py", "main").output == "[5, 'p']\n"
    assert workflow.run("run", "wf.py", "main", "--input", "in", "--x", "6").output == "[6, 'p']\n"
    workflow.write("in", b"x")
    refused = workflow.run("run", "-i", "in", "wf.py", "main", status=2)
    assert refused.errors.startswith("redun: the arguments cannot be read from in: UnpicklingError: ")
    refused = workflow.run("run", "-i", "none", "wf.py", "main", status=2)
    assert refused.errors == "redun: the arguments cannot be read from none: No such file or directory\n"
    workflow.write("in", pickle.dumps(((), {"y": "p"})))
    refused = workflow.run("run", "-i", "in", "wf.py", "main", status=2)
    assert "it must hold (args, kwargs) for `main`: KeyError: 'y'" in refused.errors


def test_another_state_folder(workflow: Project):
    workflow.path("kept").mkdir()
    workflow.run("-c", "kept", "run", "wf.py", "main")
    assert workflow.exists("kept/state.db")
    told = workflow.run("run", "wf.py", "main", environment={"REDUN_CONFIG": "kept"})
    assert "[redun] Cached Job" in told.errors
    assert not workflow.exists(".redun")
    refused = workflow.run("run", "-c", "keept", "wf.py", "main", status=2)
    assert refused.errors == "redun: there is no folder keept\n  hint: did you mean `kept`?\n"


def test_another_folder(workflow: Project):
    workflow.write("sub/other.py", WORKFLOW)
    assert workflow.run("run", "-C", "sub", "other.py", "main").output == "[1, 'n']\n"
    assert workflow.exists("sub/.redun")


def test_the_nearest_state_folder_upward(workflow: Project):
    workflow.run("run", "wf.py", "main")
    workflow.write("sub/x", "")
    told = workflow.run("run", "../wf.py", "main", cwd="sub")
    assert "[redun] Cached Job" in told.errors
    assert not workflow.exists("sub/.redun")


def test_options_of_the_task(workflow: Project):
    told = workflow.run("run", "-o", "executor=process", "wf.py", "main")
    assert told.errors.count(" on process\n") == 1
    for value in ("False", "false"):
        assert " Run  " in workflow.run("run", "-o", f"cache={value}", "wf.py", "main").errors
    refused = workflow.run("run", "-o", "excutor=x", "wf.py", "main", status=2)
    assert refused.errors.startswith("redun: -o: task option `excutor` is not known; did you mean `executor`?\n")


def test_executors_of_the_settings(workflow: Project):
    workflow.write(
        "redun.toml",
        """
        [executors.few]
        max_workers = 1

        [executors.apart]
        mode = "process"

        [executors.other]
        type = "alias"
        target = "apart"
        """,
    )
    workflow.write(
        "wf.py",
        """
        import os
        from redo_py import task

        @task(executor="few")
        def near():
            return os.getpid()

        @task(executor="other")
        def far():
            return os.getpid()

        @task(executor="default")
        def main():
            return [os.getpid(), near(), far()]
        """,
    )
    here, near, far = eval(workflow.run("run", "wf.py", "main").output)
    assert here == near != far


SETUP = """
    from redun import Scheduler
    from redun.config import Config

    def setup_scheduler(config: Config, workers: int = 2, level: str = "x"):
        made = Scheduler(Config({"limits": {"api": workers}, "executors.apart": {"type": "local", "mode": "process"}}))
        return made

    def wrong(config):
        return 5

    def fails(settings: Config, workers: int):
        return checked(settings, workers)

    def checked(settings, workers):
        raise ValueError(settings["limits"]["api"], workers)
"""


def test_the_context_file_of_redun_ini_lies_beside_it(workflow: Project):
    workflow.write(
        "reads.py",
        """
        from redun import get_context, task

        @task()
        def main(x: str = get_context("x")):
            return x
        """,
    )
    for folder in (".redun", "other"):
        workflow.write(f"{folder}/redun.ini", "[scheduler]\ncontext_file = context.json\n")
        workflow.write(f"{folder}/context.json", json.dumps({"x": folder}))
    workflow.write("context.json", json.dumps({"x": "here"}))
    assert workflow.run("run", "reads.py", "main").output == "'.redun'\n"
    assert workflow.run("run", "-c", "other", "reads.py", "main").output == "'other'\n"
    workflow.write("redun.toml", '[run]\ncontext_file = "context.json"\n')
    assert workflow.run("run", "reads.py", "main").output == "'here'\n"


def test_a_scheduler_that_is_set_up(workflow: Project):
    workflow.write("redun.toml", '[run]\nsetup_scheduler = "setup.py::setup_scheduler"\n')
    workflow.write("setup.py", SETUP)
    told = workflow.run("run", "--setup-help")
    assert workflow.run("--check-version", ">=0.1", "--setup-help").output == told.output
    assert told.output == (
        "Arguments of setup.py::setup_scheduler, which makes the scheduler, each given as `-s NAME=VALUE`:\n"
        "\n"
        "  workers  a whole number; without it 2\n"
        "  level    a text; without it 'x'\n"
    )
    ran = workflow.run("-s", "workers=3", "run", "-o", "executor=apart", "wf.py", "main")
    assert " on apart\n" in ran.errors
    refused = workflow.run("run", "-s", "workers=x", "wf.py", "main", status=2)
    assert refused.errors == "redun: --workers takes a whole number, and not `x`\n"
    for slip in ("worker", "project"):  # the latter is an option of `redun run`, and none of the function
        refused = workflow.run("run", "-s", f"{slip}=3", "wf.py", "main", status=2)
        hint = "did you mean --workers?" if slip == "worker" else "`redun run --setup-help` shows its arguments"
        assert refused.errors == f"redun: `setup.py::setup_scheduler` has no argument --{slip}\n  hint: {hint}\n"
    workflow.write("redun.toml", '[run]\nsetup_scheduler = "setup.py::wrong"\n')
    refused = workflow.run("run", "wf.py", "main", status=2)
    assert refused.errors == "redun: setup.py::wrong must return a Scheduler, not a int\n"
    workflow.write("redun.toml", '[run]\nsetup_scheduler = "setup.py::fails"\n')
    workflow.write(".redun/redun.ini", "[limits]\napi = 7\n")
    refused = workflow.run("run", "-s", "workers=3", "wf.py", "main", status=2)
    assert refused.errors == (
        "setup.py:16:1: setup.py::fails fails: ValueError: ('7', 3)\n"
        '    16 | raise ValueError(settings["limits"]["api"], workers)\n'
        "       | ^\n"
        "  in fails (setup.py:13:1)\n"
    )
    workflow.write("redun.toml", '[run]\nsetup_scheduler = "setup.py"\n')
    refused = workflow.run("run", "wf.py", "main", status=2)
    assert refused.errors.startswith("redun: `setup_scheduler` names no function: setup.py\n")


def test_a_level_of_the_settings(workflow: Project):
    workflow.write("redun.toml", '[run]\nlog_level = "error"\n')
    assert workflow.run("run", "wf.py", "main").errors == ""
    workflow.write("redun.toml", '[run]\nlog_level = "loud"\n')
    refused = workflow.run("run", "wf.py", "main", status=2)
    assert refused.errors.startswith("redun.toml:2:13: run.log_level must be ")


def test_products_are_put_back_if_the_settings_say_so(workflow: Project):
    workflow.write(
        "wf.py",
        """
        from redo_py import File, task

        @task()
        def main():
            file = File("made")
            with file.open("w") as stream:
                stream.write("content")
            return file
        """,
    )
    workflow.run("run", "wf.py", "main")
    workflow.remove("made")
    workflow.write("redun.toml", "[artifacts]\nrun = true\n")
    assert "[redun] Run    Job" in workflow.run("run", "wf.py", "main").errors
    workflow.remove("made")
    told = workflow.run("run", "wf.py", "main")
    assert "[redun] Cached Job" in told.errors
    assert workflow.read("made") == "content"


def test_context(workflow: Project):
    workflow.write(
        "wf.py",
        """
        from redo_py import get_context, task

        @task()
        def main(depth=get_context("a.depth", 1)):
            return depth
        """,
    )
    assert workflow.run("run", "wf.py", "main").output == "1\n"
    assert workflow.run("run", "--context", "a.depth=5", "wf.py", "main").output == "5\n"
    workflow.write("context.json", '{"a": {"depth": 7}}')
    assert workflow.run("run", "--context-file", "context.json", "wf.py", "main").output == "7\n"
    told = workflow.run("run", "wf.py", "main")
    assert "[redun] Cached Job" in told.errors


def test_the_status_of_a_failed_run_is_the_same_when_its_beginning_is_remembered(workflow: Project):
    workflow.write(
        "wf.py",
        """
        from redo_py import get_context, task

        @task(version=get_context("k"))
        def below():
            return 1

        @task()
        def main():
            return below()
        """,
    )
    for _ in range(2):
        failed = workflow.run("run", "--context", "k=2", "wf.py", "main", status=1)
        assert "`version` is a text, not 2" in failed.errors


def test_paths_are_relative_to_where_one_stands_and_recorded_from_the_root(workflow: Project):
    workflow.write(
        "wf.py",
        """
        from redo_py import File, task

        @task()
        def main(source: File):
            copy = File("copy")
            with source.open() as read, copy.open("w") as write:
                write.write(read.read())
            return copy
        """,
    )
    workflow.write("sub/in", "content")
    workflow.write(".redun/x", "")
    told = workflow.run("run", "../wf.py", "main", "--source", "in", cwd="sub")
    assert told.output.startswith("File(path=copy, hash=")
    assert workflow.read("sub/copy") == "content"
    with sqlite3.connect(workflow.path(".redun/state.db")) as connection:
        columns = "SELECT name.name, mode FROM file_use JOIN name ON name.id = file_use.path ORDER BY mode"
        assert connection.execute(columns).fetchall() == [("sub/in", "r"), ("sub/copy", "w")]
    told = workflow.run("run", "../wf.py", "main", "--source", "in", cwd="sub")
    assert "[redun] Cached Job" in told.errors
    for content, options in (("other", []), ("third", ["-o", "executor=process"])):
        workflow.write("sub/in", content)
        workflow.run("run", *options, "../wf.py", "main", "--source", "in", cwd="sub")
        assert workflow.read("sub/copy") == content


def test_a_debugger_that_nobody_could_talk_to(workflow: Project):
    workflow.write("wf.py", "from redo_py import task\n\n@task()\ndef main():\n    raise ValueError\n")
    failed = workflow.run("run", "--pdb", "wf.py", "main", status=1)
    assert "[redun] --pdb: there is no terminal, or nothing to look at" in failed.errors


def test_each_tag_is_recorded_once_and_shown_plainly(project: Project):
    project.write("tagged.py", "from redo_py import task\n\n@task()\ndef main():\n    return 1\n")
    words = ["--tag", "study=x", "--tag", "count=3", "--tag", "text=a b", "-p", "pro", "--doc", "about it", "-u", "ada"]
    project.run("run", *words, "tagged.py", "main")
    store = sqlite3.connect(project.state / "state.db")
    kept = sorted(store.execute("select * from tag").fetchall())
    store.close()
    told = project.run("log").output
    assert "(count=3, doc=about it, project=pro, study=x, text=a b, user=ada)" in told, (told, kept)
    assert len(kept) == 6
    for tag in ("study=x", "count=3", "text=a b", "user", "doc=about it"):
        assert "tagged.py main" in project.run("log", "--tag", tag).output


def test_a_kind_of_users_that_is_none(workflow: Project):
    refused = workflow.run("run", "--exclude-user", "foo", "wf.py", "main", status=2)
    assert refused.errors == "redun: --exclude-user takes local, aws or gcp, and not `foo`\n"


def test_options_of_tasks_are_where_the_error_says(workflow: Project):
    refused = workflow.run("run", "-o", "memry=2G", "wf.py", "main", status=2)
    assert refused.errors.endswith("  hint: docs/tasks.md lists the options of tasks\n")


def test_a_list_that_is_given_twice(project: Project):
    project.write("listed.py", "from redo_py import task\n\n@task()\ndef main(xs: list[int]):\n    return xs\n")
    refused = project.run("run", "listed.py", "main", "--xs", "1", "2", "--xs", "3", status=2)
    assert refused.errors == "redun: --xs is given twice\n  hint: write all of its values behind one --xs\n"
    assert project.run("run", "listed.py", "main", "--xs", "1", "2", "3").output == "[1, 2, 3]\n"


def test_the_log_of_what_there_is_not(workflow: Project):
    workflow.run("run", "--tag", "study=x", "wf.py", "main")
    refused = workflow.run("log", "--status", "bogus", status=2).errors
    assert refused.startswith("redun: nothing ends as BOGUS\n  hint: what there is: ADOPTED, CACHED, DONE, FAILED, ")
    refused = workflow.run("log", "--tag", "studi", status=2).errors
    assert refused == "redun: no recorded execution has a tag studi\n  hint: did you mean `study`?\n"
    refused = workflow.run("log", "--tag", "study=y", status=2).errors
    assert refused == "redun: no recorded execution has a tag study=y\n"


def test_a_file_that_is_no_python(workflow: Project):
    workflow.write("data.txt", "")
    assert workflow.run("run", "data.txt", status=2).errors == (
        "redun: data.txt is no Python file\n"
        "  hint: `redun run` takes a file that ends in .py, or the name of a module\n"
    )


def test_help_for_a_setup_that_there_is_not(workflow: Project):
    assert workflow.run("run", "--setup-help", status=2).errors == (
        "redun: there is nothing to give arguments to: no function makes the scheduler\n"
        "  hint: `setup_scheduler` below [run] in redun.toml, or [scheduler] in redun.ini, names one: "
        "`FILE::FUNCTION`\n"
    )


def test_a_setup_without_arguments(workflow: Project):
    workflow.write("redun.toml", '[run]\nsetup_scheduler = "setup.py::bare"\n')
    workflow.write("setup.py", "from redun import Scheduler\n\ndef bare():\n    return Scheduler()\n")
    told = workflow.run("run", "--setup-help")
    assert told.output == "setup.py::bare, which makes the scheduler, takes no arguments\n"
    workflow.write(
        "setup.py", "from redun import Scheduler\n\ndef bare(**named):\n    print(named)\n    return Scheduler()\n"
    )
    assert workflow.run("run", "-s", "project=3", "wf.py", "--help").output.startswith("{'project': '3'}\n")


@pytest.mark.parametrize("how", ["-c", "REDUN_CONFIG"])
def test_records_in_a_folder_that_is_made(workflow: Project, how: str):
    words = ("-c", "new/records") if how == "-c" else ()
    environment = {} if words else {"REDUN_CONFIG": "new/records"}
    workflow.run("run", *words, "wf.py", "main", environment=environment)
    assert workflow.exists("new/records/state.db")


def test_records_in_a_file(workflow: Project):
    workflow.write("taken", "")
    assert workflow.run("run", "-c", "taken", "wf.py", "main", status=2).errors.startswith(
        "redun: there is no folder taken\n"
    )


def test_tasks_of_a_file_come_before_those_that_it_imports(workflow: Project):
    workflow.write("other.py", "from redo_py import task\n\n@task\ndef first():\n    return 1\n")
    workflow.write(
        "listed.py",
        """
        from redun.functools import map_
        from redo_py import task
        from other import first

        @task
        def second():
            "The second."
            return map_(first, [])
        """,
    )
    listed = workflow.run("run", "listed.py").output.splitlines()
    assert [line.split() for line in listed[2:]] == [["second", "The", "second."], ["first"]]
