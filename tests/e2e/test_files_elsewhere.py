"""Files of tasks that run elsewhere, through the real command: what they make without telling redun, what they do not
make, and what lies outside of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.parts.clouds import Cloud

FLOW = """
    from redo_py import Dir, File, task

    redun_namespace = "flow"


    def put(path, text):
        with open(path, "w") as file:
            file.write(text)


    @task(executor="apart")
    def by_hand(text: str = "one"):
        put("made.txt", text)
        return {"made": [File("made.txt")]}


    @task
    def read(found: dict) -> str:
        return found["made"][0].read()


    @task
    def main(text: str = "one"):
        return read(by_hand(text))


    @task(executor="apart")
    def nothing():
        return File("nothing.txt")


    @task
    def nothing_here():
        return File("nothing.txt")


    @task(executor="apart")
    def copied(data: File, target: str):
        File(target).write(data.read() + "!")
        return File(target)
"""


@pytest.fixture
def flow(project: Project) -> Project:
    project.write("flow.py", FLOW)
    project.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    return project


def test_a_file_that_redun_did_not_see_is_written(flow: Project):
    assert flow.run("run", "flow.py", "main").output == "'one'\n"
    assert "Run    Job" not in flow.run("run", "flow.py", "main").errors
    flow.path("made.txt").write_text("by somebody else")
    assert flow.run("run", "flow.py", "main").output == "'one'\n"
    assert flow.path("made.txt").read_text() == "one"
    assert flow.run("run", "flow.py", "main", "--text", "two").output == "'two'\n"


def test_a_file_that_is_not_made_there_is_no_result(flow: Project):
    flow.write("nothing.txt", "of before")
    for _ in range(2):  # nothing of it is remembered
        said = flow.run("run", "flow.py", "nothing", status=1).errors
        assert "it returned nothing.txt, which is not there where it ran" in said


def test_one_that_is_not_made_here_is_a_reference(flow: Project):
    """As redun has it: that there is nothing is its content."""
    assert flow.run("run", "flow.py", "nothing_here").output.startswith("File(path=nothing.txt")
    assert "Run    Job" not in flow.run("run", "flow.py", "nothing_here").errors
    flow.write("nothing.txt", "now there is")
    assert "Run    Job" in flow.run("run", "flow.py", "nothing_here").errors


def test_a_file_that_only_a_variable_names(flow: Project):
    flow.rules('@rule("out", executor="apart")\ndef r(out):\n    sh(f"cat $CONF > {out}", CONF="conf", LOG="none")\n')
    for text in ("1\n", "2\n"):
        flow.write("conf", text)
        assert flow.build("out").made == ["out"]
        assert flow.read("out") == text
    assert flow.build("out").is_idle


def test_what_lies_outside_of_the_project(flow: Project, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "data.txt").write_text("data")
    words = ["run", "flow.py", "copied", "--data", str(outside / "data.txt"), "--target"]
    flow.run(*words, "copy.txt")
    assert flow.path("copy.txt").read_text() == "data!"
    flow.run(*words, str(outside / "copy.txt"))  # both sides see it
    assert (outside / "copy.txt").read_text() == "data!"
    said = flow.run(*words, "../outside/other.txt", status=1).errors
    assert "it has written ../outside/other.txt outside of the project, and here is something else" in said
    assert sorted(path.name for path in outside.iterdir()) == ["copy.txt", "data.txt"]


@pytest.mark.parametrize(("access", "mode"), [("owner", 0o600), ("group", 0o660)])
def test_who_can_read_what_is_in_the_scratch(flow: Project, access: str, mode: int):
    flow.write("redun.toml", f'[executors.apart]\ntype = "subprocess"\nscratch_access = "{access}"\n')
    flow.run("run", "flow.py", "main")
    scratch = flow.path(".redun/scratch")
    files = [path for path in scratch.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == {"blobs", "code"}  # one is of the worker, one of redun itself
    assert {path.stat().st_mode & 0o777 for path in files} == {mode}
    assert {path.stat().st_mode & 0o007 for path in (scratch, *scratch.rglob("*"))} == {0}
    flow.write("usual.txt", "")
    assert flow.path("made.txt").stat().st_mode == flow.path("usual.txt").stat().st_mode


def test_what_is_damaged_in_the_scratch_is_mended(flow: Project):
    """Code and files are there once for all runs: a disk that was full must not spoil them for ever."""
    flow.write("data.txt", "data")
    flow.run("run", "flow.py", "copied", "--data", "data.txt", "--target", "one.txt")
    whole = {
        path: path.read_bytes() for name in ("code", "blobs") for path in flow.path(f".redun/scratch/{name}").iterdir()
    }
    assert len(whole) == 3  # the code, and a file in each direction
    for path, content in whole.items():
        path.write_bytes(content[: len(content) // 2])
    flow.run("run", "flow.py", "copied", "--data", "data.txt", "--target", "two.txt")
    assert flow.path("two.txt").read_text() == "data!"
    assert {path: path.read_bytes() for path in whole} == whole


@pytest.mark.slow
def test_everything_goes_through_a_cloud(flow: Project, cloud: Cloud):
    """Code, arguments, files and results, and a file that was there before."""
    from redo_py import Dir, File

    flow.environment.update(cloud.environ)
    flow.write("redun.toml", f'[executors.apart]\ntype = "subprocess"\nscratch = "{cloud.top}/scratch"\n')
    flow.rules(
        """
        @rule("out/{name}.up", executor="apart")
        def up(out, name):
            sh(f"tr a-z A-Z < {need(f'{name}.in')} > {out}")
        """
    )
    flow.write("a.in", "one\n")
    assert flow.build("out/a.up").made == ["out/a.up"]
    assert flow.read("out/a.up") == "ONE\n"
    assert flow.build("out/a.up").is_idle
    File(f"{cloud.top}/data.txt").write("data")
    words = ["run", "flow.py", "copied", "--data", f"{cloud.top}/data.txt", "--target", f"{cloud.top}/copy.txt"]
    flow.run(*words)
    assert File(f"{cloud.top}/copy.txt").read() == "data!"
    assert "Run    Job" not in flow.run(*words).errors
    File(f"{cloud.top}/data.txt").write("more")
    flow.run(*words)
    assert File(f"{cloud.top}/copy.txt").read() == "more!"
    assert flow.run("run", "flow.py", "main").output == "'one'\n"
    assert flow.read("made.txt") == "one"
    scratch = Dir(f"{cloud.top}/scratch")
    assert {scratch.rel_path(file.path).partition("/")[0] for file in scratch} == {"blobs", "code"}
    assert not flow.path(".redun/scratch").exists()


def test_a_scratch_in_no_bucket(flow: Project, cloud: Cloud):
    """That does not go away by itself: nothing is tried again."""
    flow.environment.update(cloud.environ)
    scheme = cloud.top.partition(":")[0]
    scratch = f"{scheme}://no-such-bucket-here/scratch"
    flow.write("redun.toml", f'[executors.apart]\ntype = "subprocess"\nscratch = "{scratch}"\npatience = 86400\n')
    said = flow.run("run", "flow.py", "main", status=1).errors
    assert f"the scratch cannot be used at {scratch}/" in said
    assert f": there is no {'container' if scheme == 'az' else 'bucket'} `no-such-bucket-here`\n" in said
    assert "trying again" not in said


READING = """
    from redo_py import script, task

    redun_namespace = "reading"


    @task(executor="apart")
    def opened(path: str) -> str:
        with open(path) as file:
            return file.read()


    @task
    def named() -> bytes:
        return script("cat 'data/a.txt' > b.txt; cat b.txt", executor="apart")
"""


def test_files_that_a_script_names_are_brought(flow: Project):
    flow.write("reading.py", READING)
    flow.write("data/a.txt", "one\n")
    assert flow.run("run", "reading.py", "named").output == "b'one\\n'\n"
    assert not flow.path("b.txt").exists()
    assert flow.run("launch", "--executor", "apart", "--wait", "cat", "data/a.txt").output == "one\n"
    flow.write("data/a.txt", "two\n")
    assert flow.run("run", "reading.py", "named").output == "b'two\\n'\n"


def test_a_file_that_is_here_and_was_not_sent(flow: Project):
    flow.write("reading.py", READING)
    flow.write("data/a.txt", "one\n")
    told = "data/a.txt is here, and no input of the job: an argument, `inputs=` or `need` brings a file\n"
    assert told in flow.run("run", "reading.py", "opened", "--path", "data/a.txt", status=1).errors
    assert told not in flow.run("run", "reading.py", "opened", "--path", "data/b.txt", status=1).errors
    flow.write("src/a.h", "")
    flow.rules("""
        @rule("a.o", executor="apart")
        def a(out):
            sh(f"echo 'src/a.c:1:9: fatal error: a.h: No such file or directory'; false > {out}")

        @rule("b.o", executor="apart")
        def b(out):
            sh(f"no-such-program {out}")
    """)
    said = flow.build("-k", "a.o", "b.o", status=1).output
    assert "not sent  src/a.h is here, and no input of the job: " in said
    assert "b.o: where it runs there is no program no-such-program\n" in said
