"""`redun doctor`: what it finds, that it changes nothing, and its exit status."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

import redo_py
from tests.e2e.project import Outcome, Project
from tests.e2e.test_bad_luck import as_anybody

RULES = """\
    @rule("o.txt")
    def o(out):
        sh(f"tr a-z A-Z < {need('a.txt')} > {out}")
    """


@pytest.fixture
def built(project: Project) -> Project:
    project.write("a.txt", "a\n")
    project.rules(RULES)
    project.build()
    assert project.build().is_idle
    return project


def found(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """aspect -> (level, text with what follows it) of each finding."""
    findings: dict[str, tuple[str, str]] = {}
    aspect = ""
    for line in outcome.output.splitlines():
        if line.startswith((" ", "redun: ")):
            if aspect and line.startswith(" "):
                findings[aspect] = (findings[aspect][0], f"{findings[aspect][1]}\n{line.strip()}")
        else:
            aspect = line[10:22].strip()
            findings[aspect] = (line[:10].strip(), line[22:])
    return findings


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything in a folder, with its time and size."""
    paths = [folder, *folder.rglob("*")]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns, path.lstat().st_size) for path in paths}


def test_all_is_well_and_nothing_changes(built: Project) -> None:
    before = state_of(built.folder)
    outcome = built.run("doctor")
    findings = found(outcome)
    levels = {aspect: level for aspect, (level, _) in findings.items() if aspect not in ("space", "disk", "PATH")}
    assert set(levels.values()) == {"ok"}, outcome
    assert {"redun", "python", "sqlite", "bash", "settings", "redunfile", "database", "snapshots"} <= set(levels)
    assert findings["programs"] == ("ok", "tr")
    assert findings["redun"] == ("ok", f"{redo_py.__version__}, {Path(redo_py.__file__).parent}")
    assert state_of(built.folder) == before


def test_a_project_that_was_never_built(project: Project) -> None:
    project.rules(RULES)
    before = state_of(project.folder)
    assert found(project.run("doctor"))["records"] == ("ok", "none: nothing was built here yet")
    assert state_of(project.folder) == before


def test_outside_of_projects(project: Project) -> None:
    outcome = project.run("doctor")
    assert found(outcome)["project"] == ("warning", "no redunfile.py here or above\n-> `redun init` writes one")
    assert "database" not in found(outcome)


def test_what_is_wrong_with_the_text_of_a_project(built: Project) -> None:
    built.write("redun.toml", "[build]\njobs = 0\n")
    built.write("redunfile.py", "x = (\n")
    outcome = built.run("doctor", status=1)
    assert found(outcome)["settings"] == (
        "problem", "redun.toml:2:8: build.jobs must be at least 1\n2 | jobs = 0\n|        ^",
    )  # fmt: skip
    assert found(outcome)["redunfile"][0] == "problem"
    assert found(outcome)["redunfile"][1].startswith("redunfile.py:1:5: ")
    assert outcome.output.endswith("redun: 2 problems\n") or "2 problems, " in outcome.output


def test_settings_of_redun_and_executors(built: Project) -> None:
    assert found(built.run("doctor"))["settings"] == ("ok", "none: the defaults count")
    built.write(".redun/redun.ini", "[executors.batch]\ntype = aws_batch\nimage = x\n")
    before = state_of(built.folder)
    findings = found(built.run("doctor"))
    assert findings["settings"] == ("ok", ".redun/redun.ini")
    assert findings["executors"] == ("ok", "batch: `redun executors` asks them whether they can be used")
    assert state_of(built.folder) == before
    built.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    assert found(built.run("doctor"))["settings"] == ("ok", ".redun/redun.ini, redun.toml")
    built.write("redun.toml", '[executors.apart]\ntype = "subprocess"\nscrath = "x"\n[executors.far]\ntype = "slum"\n')
    before = state_of(built.folder)
    told = built.run("doctor", status=1).output
    assert "problem   executors   redun.toml:3:10: " in told
    assert "did you mean scratch?" in told
    assert "did you mean slurm?" in told, "all that is wrong is told at once"
    assert state_of(built.folder) == before


def test_a_damaged_database(built: Project) -> None:
    path = built.state / "state.db"
    content = bytearray(path.read_bytes())
    for place in range(4096 * 3, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    before = state_of(built.folder)
    level, text = found(built.run("doctor", status=1))["database"]
    assert level == "problem"
    assert text.endswith("-> the next build sets it aside and starts with an empty one")
    assert state_of(built.folder) == before


def test_a_database_of_a_newer_redun(built: Project) -> None:
    with closing(sqlite3.connect(built.state / "state.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    assert "was made by a newer redun" in found(built.run("doctor", status=1))["database"][1]


def test_a_clock_that_was_put_back(built: Project) -> None:
    with closing(sqlite3.connect(built.state / "state.db")) as connection, connection:
        connection.execute("UPDATE execution SET started = started + 5000")
    assert "the clock was put back" in built.run("doctor").output
    assert built.build().is_idle
    built.write("a.txt", "b\n")
    assert built.build().made == ["o.txt"]


def test_files_of_the_future(built: Project) -> None:
    built.touch("a.txt", seconds=5000)
    level, text = found(built.run("doctor"))["times"]
    assert (level, text.splitlines()[0]) == ("warning", "changed in the future: a.txt")


def test_programs_that_are_gone(built: Project, tmp_path: Path) -> None:
    tool = tmp_path / "tools/shout"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\nexec tr a-z A-Z\n")
    tool.chmod(0o755)
    built.environment["PATH"] = f"{tool.parent}:{built.environment['PATH']}"
    built.rules('@rule("o.txt")\ndef o(out):\n    sh(f"shout < {need(\'a.txt\')} > {out}")\n')
    built.build()
    tool.unlink()
    level, text = found(built.run("doctor"))["programs"]
    assert (level, text.splitlines()[0]) == ("warning", "not found any more: shout")


def test_odd_folders_on_path(built: Project) -> None:
    built.environment["PATH"] += ":/not/there:relative"
    outcome = built.run("doctor").output
    assert "relative folders in PATH: relative\n" in outcome
    assert "folders in PATH that are not there: /not/there, relative\n" in outcome


def test_another_redun(built: Project, tmp_path: Path) -> None:
    assert "namesakes" not in found(built.run("doctor"))
    site = tmp_path / "site"
    (site / "redun-0.44.1.dist-info").mkdir(parents=True)
    (site / "redun-0.44.1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: redun\nVersion: 0.44.1\n")
    built.environment["PYTHONPATH"] = str(site)
    level, text = found(built.run("doctor"))["namesakes"]
    assert (level, text.partition(":")[0]) == ("ok", "redun 0.44.1 is installed as well")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/redun").write_text("#!/usr/bin/python\nfrom redun.cli import main\n")
    (tmp_path / "bin/redun").chmod(0o755)
    command = built.environment["PATH"].partition(":")[0]
    words = [f"{command}/redun", "doctor"]
    environment = {**built.environment, "PATH": f"{tmp_path}/bin:{built.environment['PATH']}"}
    done = subprocess.run(words, cwd=built.folder, env=environment, capture_output=True, text=True, check=False)
    assert f"the command {tmp_path}/bin/redun is that of redun 0.44.1\n" in done.stdout
    assert "`redo-py` is always ours" in done.stdout


def test_no_home(built: Project) -> None:
    assert found(built.run("doctor", environment={"HOME": ""}))["user cache"][0] == "warning"


def test_git(built: Project) -> None:
    subprocess.run(["git", "init", "-q"], cwd=built.folder, check=True)
    assert found(built.run("doctor"))["git"] == ("ok", "leaves .redun alone")
    (built.state / ".gitignore").write_text("")
    assert found(built.run("doctor"))["git"][0] == "warning"
    subprocess.run(["git", "add", "-f", ".redun/state.db"], cwd=built.folder, check=True)
    level, text = found(built.run("doctor", status=1))["git"]
    assert (level, text.splitlines()[0]) == ("problem", "git keeps .redun/state.db")


def test_what_cannot_be_written(built: Project) -> None:
    built.state.chmod(0o555)
    try:
        findings = found(built.run("doctor", status=1, prepare=as_anybody))
    finally:
        built.state.chmod(0o755)
    assert findings["writing"][0] == "problem"
    assert findings["writing"][1].startswith("cannot be written: .redun\n")


def test_a_snapshot_that_cannot_be_read(built: Project) -> None:
    for path in (built.state / "snapshots").iterdir():
        path.write_bytes(b"x")
    assert found(built.run("doctor"))["snapshots"][0] == "warning"


def test_what_a_killed_build_has_left(built: Project) -> None:
    built.rules('@rule("slow")\ndef slow(out):\n    sh(f"touch $PWD/started; sleep 300; touch {out}")\n')
    running = built.start("build", "slow")
    built.wait_for("started")
    running.kill()
    assert "journal" in found(built.run("doctor"))
    built.write("redunfile.py", '@rule("slow")\ndef slow(out):\n    sh(f"touch {out}")\n')
    built.build()
    assert "journal" not in found(built.run("doctor"))


def test_adopted_and_displaced(built: Project) -> None:
    built.write("x.in", "x\n")
    built.write("x.out", "x\n")
    os.utime(built.path("x.in"), (time.time() - 100,) * 2)
    built.rules('@rule("x.out")\ndef x(out):\n    sh(f"cp {need(\'x.in\')} {out}")\n')
    built.run("adopt", "x.out")
    assert found(built.run("doctor"))["adopted"][1].startswith("1 output was adopted, and nothing has verified it")
    built.build("-B", "x.out")
    assert "adopted" not in found(built.run("doctor"))
    built.remove("x.out")
    built.write("x.out", "mine\n")
    built.build("x.out")
    assert found(built.run("doctor"))["displaced"][0] == "warning"


def test_a_build_that_is_under_way_is_not_disturbed(built: Project) -> None:
    built.write("redunfile.py", '@rule("slow")\ndef slow(out):\n    sh(f"touch $PWD/started; sleep 1; touch {out}")\n')
    running = built.start("build", "slow")
    built.wait_for("started")
    assert found(built.run("doctor"))["database"][0] == "ok"
    assert running.finish().made == ["slow"]


def test_a_project_whose_redunfile_has_another_name(project: Project) -> None:
    project.write("pipeline.py", '@rule("a")\ndef a(out):\n    sh(f"touch {out}")\n')
    project.build("-f", "pipeline.py", "a")
    level, text = found(project.run("doctor"))["redunfile"]
    assert level == "warning"
    assert "there is no redunfile.py" in text
    assert "the last build was `redun build -f pipeline.py a`" in text
