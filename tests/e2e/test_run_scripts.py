"""`script()` and what comes with it, in runs of the real command."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from tests.e2e.project import Project
from tests.e2e.test_run_files import ran_by, write
from tests.parts.clouds import Cloud


def flow(project: Project, text: str) -> None:
    """A workflow with scripts."""
    write(project, "from redo_py import ScriptError, StagingDir, StagingFile, script\n\n\n" + text)


def test_what_a_script_prints(project: Project):
    flow(
        project,
        """
@task
def main():
    return [
        script(\'\'\'
            echo ran >> ran.log
            printf 'one\\\\n'
            echo to-the-log >&2
        \'\'\'),
        script(["echo", "a b", "$HOME"], text=True),
        script("#!/usr/bin/env python3\\nimport sys\\nprint(sys.argv[1:], 6 * 7)", text=True),
    ]
""",
    )
    first = project.run("run", "flow.py", "main")
    assert first.output == "[b'one\\n', 'a b $HOME\\n', '[] 42\\n']\n"
    assert "to-the-log" in first.errors
    again = project.run("run", "flow.py", "main")
    assert again.output == first.output
    assert project.read("ran.log") == "ran\n"


def test_bash_stops_at_the_first_error(project: Project):
    flow(
        project,
        """
@task
def told(error):
    return [type(error).__name__, error.stderr, error.message, "command" in str(error)]

@task
def main():
    from redo_py import catch
    return catch(script("echo first >&2; false | true; echo never"), ScriptError, told)
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output == "['ScriptError', b'first\\n', 'first', True]\n"


def test_a_failure_shows_what_it_said(project: Project):
    flow(project, '@task\ndef main():\n    return script("echo this is wrong >&2; exit 3")\n')
    outcome = project.run("run", "flow.py", "main", status=1)
    assert "redun.script: the command ended with exit status 3\n" in outcome.errors
    assert "  stderr   this is wrong\n" in outcome.errors


def test_outputs_are_products(project: Project):
    project.write("in.txt", "one\n")
    flow(
        project,
        """
@task
def main():
    return script(
        "echo ran >> ran.log; mkdir -p parts; cat in.txt > out.txt; cat in.txt > parts/1; echo done",
        inputs=[File("in.txt")],
        outputs={"out": File("out.txt"), "parts": Dir("parts"), "said": [File("-")]},
    )
""",
    )
    assert ran_by(project) == ["ran"]
    assert ran_by(project) == []
    project.remove("out.txt")
    assert ran_by(project) == ["ran"]
    project.remove("parts/1")
    assert ran_by(project) == ["ran"]
    project.write("in.txt", "two\n")
    assert ran_by(project) == ["ran"]
    assert project.read("out.txt") == project.read("parts/1") == "two\n"
    outcome = project.run("run", "flow.py", "main")
    assert "'said': [b'done\\n']" in outcome.output


def test_a_missing_output_is_a_failure(project: Project):
    flow(project, '@task\ndef main():\n    return script("true", outputs=File("out.txt"))\n')
    outcome = project.run("run", "flow.py", "main", status=1)
    assert (
        "redun: the script succeeded but did not make out.txt\n"
        "  hint: let it write there, or take the file out of `outputs`\n"
    ) in outcome.errors


def test_staging(project: Project):
    project.write("far/in.txt", "one\n")
    project.write("far/folder/a", "a\n")
    flow(
        project,
        """
@task
def main():
    given = File("far/in.txt").stage("near.txt")
    return script(
        f"echo ran >> {RAN}; cat {given.local.path} folder/a > out; mkdir made; cp out made/b",
        inputs=[given, Dir("far/folder").stage()],
        outputs=[File("result/out").stage(), StagingDir("made", "result/made")],
        tempdir=True,
    )
""".replace("{RAN}", str(project.path("ran.log"))),
    )
    assert ran_by(project) == ["ran"]
    assert project.read("result/out") == project.read("result/made/b") == "one\na\n"
    assert not project.exists("near.txt")
    assert not project.exists("out")
    assert ran_by(project) == []
    project.remove("result/made/b")
    assert ran_by(project) == ["ran"]
    project.write("far/folder/a", "b\n")
    assert ran_by(project) == ["ran"]
    assert project.read("result/out") == "one\nb\n"


def test_a_temporary_folder_goes_in_any_case(project: Project, tmp_path: Path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    project.environment["TMPDIR"] = str(folder)
    flow(
        project,
        """
@task
def main():
    return script("pwd; echo x > file.txt", outputs=[File("-"), File("file.txt")], tempdir=True, text=True)

@task
def fails():
    return script("pwd >&2; exit 1", tempdir=True)
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert str(folder) in outcome.output
    assert project.read("file.txt") == "x\n"
    assert project.run("run", "flow.py", "main").output == outcome.output  # cached, folder and all
    project.run("run", "flow.py", "fails", status=1)
    assert os.listdir(folder) == []


def test_a_script_task(project: Project):
    project.write("in.txt", "one\n")
    flow(
        project,
        """
@task(script=True)
def shout(file: File):
    return f"echo ran >> ran.log; tr a-z A-Z < {file.path}"

@task(script=True)
def keep(file: File):
    return f"echo kept >> ran.log; cp {file.path} kept.txt", File("kept.txt")

@task
def main():
    return [shout(File("in.txt")), keep(File("in.txt"))]
""",
    )
    assert ran_by(project) == ["kept", "ran"]
    assert ran_by(project) == []
    project.write("in.txt", "two\n")
    assert ran_by(project) == ["kept", "ran"]
    assert project.run("run", "flow.py", "main").output.startswith("[b'TWO\\n', File(path=kept.txt, hash=")
    project.remove("kept.txt")
    assert ran_by(project) == ["kept"]


def test_everything_may_be_late(project: Project):
    project.write("in.txt", "one\n")
    flow(
        project,
        """
@task
def name():
    return "late.txt"

@task
def named(path):
    return File(path)

@task
def line(path):
    return f"cat in.txt > {path}"

@task
def main():
    path = name()
    return script(line(path), inputs=[named("in.txt")], outputs=[named(path)])
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output.startswith("[File(path=late.txt, hash=")
    assert project.read("late.txt") == "one\n"
    assert project.run("run", "flow.py", "main").output == outcome.output


def test_a_timeout_ends_the_processes_of_a_script(project: Project):
    flow(
        project,
        """
from redo_py import catch

@task
def late(error):
    return str(error).splitlines()[0]

@task
def slow():
    return script("sleep 300 | cat", timeout=0.3)

@task
def main():
    return catch(slow(), TimeoutError, late)
""",
    )
    outcome = project.run("run", "flow.py", "slow", status=1)
    assert "redun.script" in outcome.errors
    assert "0.3" in outcome.errors
    assert "not done after its timeout of 0.3 seconds" in project.run("run", "flow.py", "main").output


def test_clouds(project: Project, cloud: Cloud):
    """A file and a folder are staged in both directions."""
    from redo_py import Dir, File

    project.environment.update(cloud.environ)
    top = f"{cloud.top}/{uuid.uuid4().hex}"
    File(f"{top}/in").write("one")
    File(f"{top}/more/deep/a").write("a")
    flow(
        project,
        f"""
@task
def main():
    return script(
        "tr a-z A-Z < in > out; cp -r near far; echo b > far/b",
        inputs=[File("{top}/in").stage(), Dir("{top}/more").stage("near")],
        outputs=[File("{top}/out").stage("out"), Dir("{top}/all").stage("far")],
        tempdir=True,
    )
""",
    )
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output.startswith(f"[File(path={top}/out, hash=")
    assert File(f"{top}/out").read() == "ONE"
    assert {file.path.removeprefix(f"{top}/all/"): file.read() for file in Dir(f"{top}/all")} == {
        "b": "b\n",
        "deep/a": "a",
    }
    again = project.run("run", "flow.py", "main")
    assert (again.output, "[redun] Run " in again.errors) == (outcome.output, False)
    File(f"{top}/more/deep/a").write("changed")
    project.run("run", "flow.py", "main")
    assert File(f"{top}/all/deep/a").read() == "changed"


def test_copying_from_the_command_line(project: Project, s3_bucket: str, s3_environment: dict[str, str]):
    project.environment.update(s3_environment)
    top = f"s3://{s3_bucket}/{uuid.uuid4().hex}"
    project.write("data/a.txt", "a")
    project.write("data/sub/b.txt", "b")
    project.run("fs", "cp", "--recursive", "data", f"{top}/data")
    project.run("fs", "cp", "-r", f"{top}/data", "copy")
    assert project.read("copy/sub/b.txt") == "b"
    project.run("fs", "cp", f"{top}/data/a.txt", "deep/a.txt")
    assert project.read("deep/a.txt") == "a"
    assert project.run("fs", "cp", "data/a.txt", "-").output == "a"
    assert "objects  s3:// gs:// az://\n" in project.run("fs").output
    refused = project.run("fs", "cp", "none.txt", "x", status=1)
    assert refused.errors == "redun: none.txt: No such file or directory\n"
    refused = project.run("fs", "cp", "data", status=2)
    assert "DEST" in refused.errors
    refused = project.run("fs", "mv", "a", "b", status=2)
    assert refused.errors == "redun: `redun fs` has no action `mv`\n  hint: it copies: redun fs cp SRC DEST\n"
    refused = project.run("fs", "cp", "-r", "-", "b", status=2)
    assert refused.errors == (
        "redun: a stream is one file: `-` and --recursive do not go together\n  hint: name two folders\n"
    )


STAGES = """
@task
def main():
    return script(
        "tr a-z A-Z < input.txt > res.txt; echo mine >> input.txt",
        inputs=[File("in.txt").stage("input.txt"), Dir("more").stage("near")],
        outputs=[File("out/x").stage("res.txt"), Dir("all").stage("near")],
    )
"""


def displaced(project: Project) -> dict[str, str]:
    """What was displaced, by the end of its path."""
    top = project.state / "displaced"
    found = [path for path in top.rglob("*") if path.is_file()]
    return {str(path.relative_to(top)).partition("/")[2]: path.read_text() for path in found}


def test_staging_replaces_no_file_of_the_user(project: Project):
    project.write("in.txt", "one\n")
    project.write("more/a", "a\n")
    yours = {"input.txt": "precious\n", "out/x": "result by hand\n", "near/a": "another\n", "all/a": "old\n"}
    for path, text in {**yours, "near/b": "beside\n", "all/c": "kept\n"}.items():
        project.write(path, text)
    flow(project, STAGES)
    outcome = project.run("run", "flow.py", "main")
    assert displaced(project) == yours
    for path in yours:
        assert outcome.errors.count(f"[redun] {path} is not what redun put there: moved to .redun/displaced/") == 1
    assert project.read("out/x") == "ONE\n"
    assert project.read("near/a") == project.read("all/a") == "a\n"
    assert project.read("all/c") == "kept\n"
    project.write("in.txt", "two\n")  # what it has put there itself it replaces without a word
    project.write("more/a", "b\n")
    assert "is not what redun put there" not in project.run("run", "flow.py", "main").errors
    assert project.read("out/x") == "TWO\n"
    assert project.read("all/a") == "b\n"
    assert displaced(project) == yours
    project.write("out/x", "by hand again\n")
    project.write("in.txt", "three\n")
    assert "[redun] out/x is not what redun put there: moved to" in project.run("run", "flow.py", "main").errors
    assert "by hand again\n" in [path.read_text() for path in project.state.glob("displaced/*/out/x")]


def test_what_is_the_same_already_is_left_alone(project: Project):
    project.write("in.txt", "one\n")
    project.write("input.txt", "one\n")
    flow(project, '@task\ndef main():\n    return script("true", inputs=[File("in.txt").stage("input.txt")])\n')
    project.touch("input.txt", -100)
    before = project.path("input.txt").stat()
    project.run("run", "flow.py", "main")
    assert displaced(project) == {}
    after = project.path("input.txt").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_script_that_leaves_nothing_to_stage_displaces_nothing(project: Project):
    project.write("out/x", "mine\n")
    flow(project, '@task\ndef main():\n    return script("true", outputs=File("out/x").stage("res.txt"))\n')
    project.run("run", "flow.py", "main", status=1)
    assert project.read("out/x") == "mine\n"
    assert displaced(project) == {}


def test_a_failed_script_has_put_its_inputs_there(project: Project):
    project.write("in.txt", "one\n")
    flow(project, '@task\ndef main():\n    return script("false", inputs=[File("in.txt").stage("input.txt")])\n')
    project.run("run", "flow.py", "main", status=1)
    project.write("in.txt", "two\n")
    project.run("run", "flow.py", "main", status=1)
    assert project.read("input.txt") == "two\n"
    assert displaced(project) == {}


NAMING = """
@task
def main():
    return script(
        '''
            echo ran >> ran.log
            cat "$PWD"/unseen > /dev/null
            cat other.txt 'in put.txt'
            : --show=third.txt
            echo done > made.txt
        ''',
        text=True,
        outputs=[File("-"), File("made.txt")],
    )
"""


def test_a_file_that_is_named_in_the_text_counts(project: Project):
    write(project, "from redo_py import script\n\n\n" + NAMING)
    names = ("other.txt", "third.txt", "in put.txt", "unseen")
    for name in names:
        project.write(name, "first\n")
    project.run("run", "flow.py", "main")
    project.run("run", "flow.py", "main")
    assert project.read("ran.log") == "ran\n"
    for count, name in enumerate(names[:3], 2):
        project.write(name, f"{name} changed\n")
        outcome = project.run("run", "flow.py", "main")
        assert project.read("ran.log") == "ran\n" * count
        assert (f"{name} changed" in outcome.output) == (name != "third.txt")
        project.run("run", "flow.py", "main")
        assert project.read("ran.log") == "ran\n" * count
    project.write("unseen", "changed\n")
    project.run("run", "flow.py", "main")
    assert project.read("ran.log") == "ran\n" * 4
    (project.folder / "third.txt").unlink()
    project.run("run", "flow.py", "main")
    assert project.read("ran.log") == "ran\n" * 5


def test_names_in_another_language_count_too(project: Project):
    project.write("data.csv", "1")
    flow(
        project,
        """
@task
def main():
    return script("#!/usr/bin/env python3\\nprint(open('data.csv').read())  # it's no shell", text=True)
""",
    )
    assert project.run("run", "flow.py", "main").output == "'1\\n'\n"
    project.write("data.csv", "2")
    assert project.run("run", "flow.py", "main").output == "'2\\n'\n"


def test_what_a_script_changes_or_makes_is_no_input_of_it(project: Project):
    flow(
        project,
        """
@task
def main():
    return script("echo ran >> ran.log; date +%N > new.txt; cp new.txt copy.txt; cat ran.log", text=True)
""",
    )
    first = project.run("run", "flow.py", "main")
    project.write("ran.log", "")
    assert project.run("run", "flow.py", "main").output == first.output
    assert project.read("ran.log") == ""


def test_in_a_folder_of_its_own_only_whole_paths_name_files(project: Project):
    project.write("here.txt", "1")
    project.write("deep/there.txt", "1")
    there = project.folder / "deep" / "there.txt"
    flow(
        project,
        f"""
@task
def main():
    return script("echo ran >> {project.folder}/ran.log; touch here.txt; cat {there}", text=True, tempdir=True)
""",
    )
    assert project.run("run", "flow.py", "main").output == "'1'\n"
    project.write("here.txt", "2")
    project.run("run", "flow.py", "main")
    assert project.read("ran.log") == "ran\n"
    project.write("deep/there.txt", "2")
    assert project.run("run", "flow.py", "main").output == "'2'\n"
    assert project.read("ran.log") == "ran\nran\n"
