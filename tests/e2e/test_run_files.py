"""Files in runs: what a function writes is its product, what it names a reference; here, in clouds and on the web."""

from __future__ import annotations

import re
import sqlite3
import uuid

import pytest

from tests.e2e.project import Project
from tests.parts.clouds import Cloud
from tests.parts.web import Pages

HEAD = """
from redo_py import Dir, File, FileSet, IFile, task

def ran(name):
    with open("ran.log", "a") as stream:
        stream.write(name + "\\n")
"""


def write(project: Project, text: str) -> None:
    """A workflow of these tasks."""
    from textwrap import dedent

    project.write("flow.py", HEAD + dedent(text))


def ran_by(project: Project, status: int = 0, name: str = "main") -> list[str]:
    """What ran in one more run, sorted."""
    log = project.path("ran.log")
    log.unlink(missing_ok=True)
    project.run("run", "flow.py", name, status=status)
    return sorted(log.read_text().split()) if log.exists() else []


def uses(project: Project) -> set[tuple[str, str]]:
    """(path, "r" or "w") of all uses of files that were recorded."""
    store = sqlite3.connect(project.state / "state.db")
    rows = store.execute("select n.name, f.mode from file_use f join name n on n.id = f.path").fetchall()
    store.close()
    return set(rows)


@pytest.mark.parametrize(
    "how",
    [
        'File("out/a.txt").write("one")',
        'File("source.txt").copy_to("out/a.txt")',
        'File("source.txt").stage("out/a.txt").stage()',
        'File("out/a.txt").touch()',
        'import os; os.makedirs("out", exist_ok=True); os.system("cp source.txt out/a.txt")',
    ],
)
def test_a_written_file_that_is_gone_or_changed_is_written_again(project: Project, how: str):
    project.write("source.txt", "one")
    write(
        project,
        f"""
        @task
        def make():
            ran("make")
            {how}
            return File("out/a.txt")

        @task
        def main():
            return make()
        """,
    )
    assert ran_by(project) == ["make"]
    made = project.read("out/a.txt")
    assert ran_by(project) == []
    project.touch("out/a.txt", 100)
    assert ran_by(project) == []
    project.remove("out/a.txt")
    assert ran_by(project) == ["make"]
    assert project.read("out/a.txt") == made
    if "touch" not in how:
        project.edit_in_secret("out/a.txt", "two")
        assert ran_by(project) == ["make"]
        assert project.read("out/a.txt") == made
    assert ("out/a.txt", "w") in uses(project)


def test_what_a_function_only_names_is_a_reference(project: Project):
    project.write("given.txt", "one")
    write(
        project,
        """
        @task
        def name():
            ran("name")
            return File("given.txt")

        @task
        def read(file: File):
            ran("read")
            return file.read()

        @task
        def main():
            return read(name())
        """,
    )
    project.touch("given.txt", -100)
    assert ran_by(project) == ["name", "read"]
    assert ran_by(project) == []
    project.write("given.txt", "two")
    assert ran_by(project) == ["name", "read"]
    assert uses(project) == {("given.txt", "r")}


def test_the_digest_is_that_of_the_end_of_the_task(project: Project):
    write(
        project,
        """
        @task
        def make():
            file = File("a.txt")
            before = file.hash
            file.write("one")
            assert file.hash != before
            return file

        @task
        def main():
            return make()
        """,
    )
    outcome = project.run("run", "flow.py", "main")
    shown = re.fullmatch(r"File\(path=a\.txt, hash=(\w{8})\)\n", outcome.output)
    assert shown is not None
    from redo_py import File

    assert File(str(project.path("a.txt"))).hash[:8] == shown.group(1)


def test_a_task_may_write_to_the_file_that_it_is_given(project: Project):
    project.write("log.txt", "begin\n")
    write(
        project,
        """
        @task
        def append(log: File):
            ran("append")
            with log.open("a") as stream:
                stream.write("more\\n")
            return log

        @task
        def main():
            return append(File("log.txt"))
        """,
    )
    assert ran_by(project) == ["append"]
    assert project.read("log.txt") == "begin\nmore\n"
    assert ran_by(project) == ["append"]  # it was given something else


def test_folders_and_sets(project: Project):
    project.write("data/a.txt", "a")
    project.write("data/b.dat", "b")
    write(
        project,
        """
        @task
        def folder(data: Dir):
            ran("folder")
            return [data.rel_path(file.path) for file in data]

        @task
        def texts(data: FileSet):
            ran("texts")
            return [file.read() for file in data]

        @task
        def split(text):
            ran("split")
            Dir("parts").mkdir()
            Dir("parts").file("1").write(text)
            return Dir("parts")

        @task
        def main():
            return [folder(Dir("data")), texts(FileSet("data/*.txt")), split("x")]
        """,
    )
    assert ran_by(project) == ["folder", "split", "texts"]
    assert ran_by(project) == []
    project.write("data/b.dat", "c")
    assert ran_by(project) == ["folder"]
    project.write("data/c.txt", "d")
    assert ran_by(project) == ["folder", "texts"]
    project.remove("parts/1")
    assert ran_by(project) == ["split"]
    assert project.read("parts/1") == "x"


def test_what_never_changes_is_known_by_its_path(project: Project):
    write(
        project,
        """
        @task
        def fetch():
            ran("fetch")
            file = IFile("big.txt")
            file.write("one")
            return file

        @task
        def main():
            return fetch()
        """,
    )
    assert ran_by(project) == ["fetch"]
    project.write("big.txt", "two")
    assert ran_by(project) == []


def test_a_missing_file_is_a_text_that_names_it(project: Project):
    write(
        project,
        """
        @task
        def main():
            return File("data/none.txt").read()
        """,
    )
    outcome = project.run("run", "flow.py", "main", status=1)
    assert "RedunFileNotFoundError" in outcome.errors
    assert "data/none.txt" in outcome.errors


def test_clouds(project: Project, cloud: Cloud):
    project.environment.update(cloud.environ)
    top = f"{cloud.top}/{uuid.uuid4().hex}"
    from redo_py import File

    File(f"{top}/in.txt").write("one two")
    write(
        project,
        f"""
        @task
        def count(file: File):
            ran("count")
            out = File("{top}/out/count.txt")
            out.write(str(len(file.read().split())))
            return out

        @task
        def show(file: File):
            ran("show")
            return file.read()

        @task
        def main():
            return show(count(File("{top}/in.txt")))
        """,
    )
    assert ran_by(project) == ["count", "show"]
    assert ran_by(project) == []
    File(f"{top}/in.txt").write("one two three")
    assert ran_by(project) == ["count", "show"]
    File(f"{top}/out/count.txt").remove()
    assert ran_by(project) == (["count"] if cloud.keeps_marks else ["count", "show"])
    assert File(f"{top}/out/count.txt").read() == "3"
    assert {(f"{top}/in.txt", "r"), (f"{top}/out/count.txt", "w")} <= uses(project)
    assert not project.exists(top.partition("//")[0])


@pytest.mark.parametrize("mark", ['"1"', 'W/"1"'], ids=["an ETag", "only its content"])
def test_the_web(project: Project, pages: Pages, mark: str):
    """A page with a strong ETag goes by that, another one by what it holds."""
    pages.pages["/a.txt"] = (b"one two", {"ETag": mark})
    write(
        project,
        f"""
        @task
        def count(file: File):
            ran("count")
            return len(file.read().split())

        @task
        def main():
            return count(File("{pages.address}/a.txt"))
        """,
    )
    assert ran_by(project) == ["count"]
    assert ran_by(project) == []
    pages.pages["/a.txt"] = (b"one two three", {"ETag": mark.replace("1", "2")})
    assert project.run("run", "flow.py", "main").output == "3\n"
    assert (f"{pages.address}/a.txt", "r") in uses(project)


def test_functions_of_rules_open_their_files(project: Project):
    project.rules(
        """
        from tools import shout

        @rule("out/{name}.txt")
        def up(out, name):
            return shout(need(f"{name}.in"), out)

        default("out/a.txt")
        """
    )
    project.write("tools.py", "def shout(source, out):\n    out.write(source.read().upper())\n    return out.size()\n")
    project.write("a.in", "one\n")
    assert project.build().made == ["out/a.txt"]
    assert project.read("out/a.txt") == "ONE\n"
    assert project.build().is_idle
    project.remove("out/a.txt")
    assert project.build().restored == ["out/a.txt"]


def test_in_a_process_of_its_own(project: Project):
    write(
        project,
        """
        @task(executor="process")
        def make(name):
            ran("make")
            file = File(name)
            file.write("one")
            return file

        @task
        def main():
            return make("out/a.txt")
        """,
    )
    assert ran_by(project) == ["make"]
    assert ran_by(project) == []
    project.remove("out/a.txt")
    assert ran_by(project) == ["make"]
    assert ("out/a.txt", "w") in uses(project)


def test_a_table_in_several_files(project: Project):
    write(
        project,
        """
        from redo_py import ShardedS3Dataset

        @task
        def make():
            import pandas
            ran("make")
            table = pandas.DataFrame({"n": range(5)})
            return ShardedS3Dataset.from_data(table, "table", format="csv", rows_per_shard=2)

        @task
        def total(table: ShardedS3Dataset):
            ran("total")
            return int(table.load_pandas()["n"].sum())

        @task
        def main():
            return total(make())
        """,
    )
    assert ran_by(project) == ["make", "total"]
    assert ran_by(project) == []
    project.edit_in_secret("table/part-00002.csv", "n\n5\n")
    assert ran_by(project) == ["make"]  # and is as it was
    project.write("table/part-00009.csv", "n\n100\n")
    assert ran_by(project) == ["make"]
    assert not project.exists("table/part-00009.csv")


def test_files_on_the_command_line(project: Project):
    project.write("data/a.txt", "one")
    write(
        project,
        """
        @task
        def main(file: File, folder: Dir, files: FileSet):
            return [file.read(), len(folder.files()), [each.path for each in files]]
        """,
    )
    outcome = project.run(
        "run", "flow.py", "main", "--file", "data/a.txt", "--folder", "data/", "--files", "data/*.txt"
    )
    assert outcome.output == "['one', 1, ['data/a.txt']]\n"


def test_a_file_has_one_identity_however_it_is_spelt(project: Project):
    project.write("in.txt", "one")
    project.write("sub/x", "")
    write(
        project,
        """
        import sys

        @task
        def size(file: File, seen: list):
            ran("size")
            return len(file.read())

        @task
        def main(path: str):
            return size(File(path), [File(path)])
        """,
    )
    ways = [
        ("", "in.txt"),
        ("", str(project.path("in.txt"))),
        ("sub", "../in.txt"),
        ("sub", str(project.path("in.txt"))),
    ]
    for folder, path in ways:
        flow = "../flow.py" if folder else "flow.py"
        assert project.run("run", flow, "main", "--path", path, cwd=folder).output == "3\n"
    assert project.read("ran.log") == "size\n"
    assert project.read("sub/ran.log") == "size\n", "from there it has another path"
    assert {path for path, _ in uses(project)} == {"in.txt"}


@pytest.mark.parametrize("executor", ["default", "process"])
def test_a_depfile_lies_where_the_run_was_begun(project: Project, executor: str):
    project.write("in.txt", "one")
    project.write("sub/x", "")
    write(
        project,
        f"""
        @task(executor={executor!r}, depfile="made.d")
        def main():
            ran("main")
            with open("made.d", "w") as stream:
                stream.write("made: ../in.txt")
            return open("../in.txt").read()
        """,
    )
    for content, count in (("one", 1), ("one", 1), ("two", 2)):
        project.write("in.txt", content)
        project.touch("in.txt", -10)
        assert project.run("run", "../flow.py", "main", cwd="sub").output == f"'{content}'\n"
        assert project.read("sub/ran.log") == "main\n" * count
    assert not project.exists("sub/made.d")


def test_a_file_that_was_never_written_is_told_and_looked_for_again(project: Project):
    write(
        project,
        """
        @task
        def make():
            ran("make")
            File("out/a.txt").write("x")
            return {"made": [File("a.txt")]}

        @task(executor="process")
        def apart():
            return File("b.txt")

        @task
        def main():
            return [make(), apart()]
        """,
    )
    first = project.run("run", "flow.py", "main")
    for name, path in (("make", "a.txt"), ("apart", "b.txt")):
        assert f"{name} returned File('{path}'), but nothing is there: it did not write it\n" in first.errors
    assert ran_by(project) == [], "that nothing is there is a content like any other"
    project.write("a.txt", "it came later")
    assert ran_by(project) == ["make"]
