"""What redun's users have in their workflows and settings, as they write it, where no other test shows it."""

from __future__ import annotations

from tests.e2e.project import Project
from tests.e2e.terminal import Terminal
from tests.e2e.test_what_redun_users_asked import flow, program, ran

LIMITED = """
import os

def note(text):
    with open("journal", "a") as file:
        file.write(text)

@task(limits=["api"])
def asks(x):
    note("<")
    for _ in range(200):
        os.listdir()
    note(">")
    return x

@task(limits={"both": 2})
def takes_two(x):
    note("<")
    for _ in range(200):
        os.listdir()
    note(">")
    return x

@task()
def main():
    return [asks(x) for x in range(6)]

@task()
def twice():
    return [takes_two(x) for x in range(6)]
"""


def test_limits_of_the_settings_hold(project: Project):
    flow(project, LIMITED)
    project.run("run", "-j", "6", "flow.py", "main")  # nothing is said of `api`: one at a time
    assert project.read("journal") == "<>" * 6
    project.remove("journal")
    project.write(".redun/redun.ini", "[limits]\nboth = 3\n")
    project.run("run", "-j", "6", "flow.py", "twice")
    assert project.read("journal") == "<>" * 6


def test_a_scheduler_runs_any_nested_value(project: Project):
    project.write(
        "program.py",
        """
        from redo_py import Scheduler, task

        @task()
        def one(x):
            return x

        print(Scheduler().run({"a": [one(1), 2], one("b"): (one(3) + 1, None)}), Scheduler().run(5))
        """,
    )
    assert program(project, "program.py") == "{'a': [1, 2], 'b': (4, None)} 5\n"


def test_settings_that_mean_nothing_here_are_passed_over(project: Project):
    flow(project, "\n@task()\ndef main():\n    return 1\n")
    warning = "tasks without a namespace: main"
    assert warning in project.run("run", "flow.py", "main").errors
    project.write(
        ".redun/redun.ini",
        """
        [backend]
        db_uri = sqlite:///redun.db
        db_username_env = NAME
        db_password_env = WORD
        automigrate = True
        max_value_size = 1000

        [scheduler]
        ignore_warnings = namespace
        """,
    )
    project.write(".redun/redun.db", "redun's own")
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output == "1\n"
    assert warning not in outcome.errors
    assert "redun.ini" not in outcome.errors
    assert project.read(".redun/redun.db") == "redun's own"


FILES = """
@task()
def main():
    file = File("deep/er/one.txt")
    before = file.exists()
    with file.open("w") as stream:
        stream.write("a\\nb\\n")
    hashes = [file.hash]
    file.write("c\\nd\\ne")
    hashes.append(file.hash)
    copy = file.copy_to(File("copy.txt"))
    copy.copy_to(File("deep/er/one.txt"), skip_if_exists=True)
    File("empty").touch()
    gone = File("gone.txt")
    gone.write("x")
    gone.remove()
    return [
        before, file.exists(), len(set(hashes)), file.read(), file.readlines(), file.read(mode="rb"), file.size(),
        file.basename(), file.dirname(), file.isfile(), file.isdir(), copy.hash == file.hash, gone.exists(),
        file.stage("local.txt").local.path, file.is_valid(),
    ]
"""


def test_what_a_file_can_do(project: Project):
    flow(project, FILES)
    outcome = project.run("run", "flow.py", "main")
    assert eval(outcome.output) == [
        False, True, 2, "c\nd\ne", ["c\n", "d\n", "e"], b"c\nd\ne", 5,
        "one.txt", "deep/er", True, False, True, False, "local.txt", True,
    ]  # fmt: skip
    assert project.read("copy.txt") == "c\nd\ne"
    assert project.read("empty") == ""


def test_a_task_that_writes_to_its_argument_sees_the_new_hash(project: Project):
    flow(
        project,
        """
@task()
def extends(file: File):
    before = file.hash
    with file.open("a") as stream:
        stream.write("more")
    return [before != file.hash, file.hash == File(file.path).hash]

@task()
def main():
    return extends(File("data.txt"))
""",
    )
    project.write("data.txt", "one")
    assert project.run("run", "flow.py", "main").output == "[True, True]\n"
    assert ran(project.run("run", "flow.py", "main")) == [
        "extends",
        "main",
    ]  # the File that both name is another one by now


def test_a_task_that_removes_what_it_was_given(project: Project):
    flow(
        project,
        """
import os

@task()
def make(path):
    file = File(path)
    file.write("content")
    return file

@task()
def removes(files):
    for file in files:
        file.remove()
    return "removed"

@task()
def unlinks(file):
    os.remove(file.path)
    return "unlinked"

@task(check_valid="shallow")
def main():
    return [removes([make("a.txt"), make("b.txt")]), unlinks(make("c.txt"))]
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output == "['removed', 'unlinked']\n"
    assert ran(outcome) == ["main", "make", "make", "make", "removes", "unlinks"]
    assert outcome.errors.count(" changed while ") == outcome.errors.count("c.txt changed while unlinks ran") == 1
    assert ran(project.run("run", "flow.py", "main")) == ["make", "make", "make", "unlinks"]


def test_a_module_by_its_name(project: Project):
    project.write("flows/__init__.py", "")
    project.write(
        "flows/first.py",
        """
        from redun import task
        from flows.second import add

        redun_namespace = "first"

        @task()
        def main(x: int):
            return add(x, 1)
        """,
    )
    project.write(
        "flows/second.py", "from redun import task\n\n@task(namespace='other')\ndef add(a, b): return a + b\n"
    )
    outcome = project.run("run", "flows.first", "main", "--x", "2")
    assert outcome.output == "3\n"
    assert ran(outcome) == ["first.main", "other.add"]


def test_without_cache_and_without_records(project: Project):
    flow(project, "\n@task()\ndef one(x):\n    return x\n\n@task()\ndef main():\n    return [one(1), one(1), one(2)]\n")
    project.run("run", "flow.py", "main")
    assert ran(project.run("run", "--no-cache", "flow.py", "main")) == ["main", "one", "one"]
    assert ran(project.run("run", "flow.py", "main")) == []
    assert " one(" in project.run("log", "-", "--all").output
    project.run("run", "--no-cache", "--no-prov", "flow.py", "main")
    assert " one(" not in project.run("log", "-", "--all").output


PDB = """
@task()
def main(x: int):
    doubled = 2 * x
    raise ValueError(doubled)

@task()
def stops(x: int):
    breakpoint()
    return x
"""


def test_pdb_starts_where_a_task_failed(project: Project):
    flow(project, PDB)
    terminal = Terminal(project, "run", "--pdb", "flow.py", "main", "--x", "21")
    terminal.until(lambda it: any(line.startswith("(Pdb)") for line in it.shown))
    terminal.press(b"p 'seen', doubled\n")
    terminal.until(lambda it: "('seen', 42)" in it.shown)
    terminal.press(b"q\n")
    assert terminal.finish() == 1
    terminal.close()


def test_breakpoint_in_a_task(project: Project):
    flow(project, PDB)
    terminal = Terminal(project, "run", "flow.py", "stops", "--x", "5")
    terminal.until(lambda it: any(line.startswith("(Pdb)") for line in it.shown))
    terminal.press(b"p 'seen', x + 1\n")
    terminal.until(lambda it: "('seen', 6)" in it.shown)
    terminal.press(b"c\n")
    assert terminal.finish() == 0
    terminal.close()
