"""Words of commands that name what the command itself writes, step by step with the real command."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("a\n")
    return folder


@pytest.fixture
def redun(folder: Path, redun_environment: dict[str, str]) -> Run:
    def run(*words: str) -> tuple[int, str]:
        command = ["redun", *words]
        done = subprocess.run(
            command, cwd=folder, env=redun_environment, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def rule(folder: Path, command: str, more: str = "", decorator: str = '@rule("out")') -> None:
    (folder / "redunfile.py").write_text(f'{more}\n\n{decorator}\ndef r(out):\n    sh(f"""{command}""")\n')


def test_a_word_that_names_a_new_file_is_an_undeclared_output(folder: Path, redun: Run):
    rule(folder, "cat {need('a.txt')} | tee run.log > {out}")
    status, said = redun("build")
    assert status == 1
    assert (
        "redun: out made run.log, which a word of its command names and no output declares\n"
        '  hint: from now on the word would name an input. Declare run.log as an output, or write raw("run.log")\n'
    ) in said
    assert not (folder / "out").exists()
    status, said = redun("build")  # now it is there
    assert status == 1
    assert "redun: run.log changes while it is being read\n" in said
    assert (
        "  hint: out ran four times and its input was different each time; a word of the command makes it an input.\n"
        '        If the command writes it, declare it as an output, or write raw("run.log")\n'
    ) in said


@pytest.mark.parametrize(
    ("command", "decorator"),
    [
        ("cat {need('a.txt')} | tee {raw('run.log')} > {out}", '@rule("out")'),
        ("cat {need('a.txt')} | tee run.log > {out[0]}", '@rule("out", "run.log")'),
        ("ls -d / /lib /proc/self/fd > {out}; cat /proc/uptime /etc/mtab >> {out}", '@rule("out")'),
        ("mkdir -p folder; cat {need('a.txt')} > {out}", '@rule("out")'),
        ("echo text > scratch; cat scratch > {out}; rm scratch", '@rule("out")'),
    ],
)
def test_ways_out_and_what_is_fine(folder: Path, redun: Run, command: str, decorator: str):
    rule(folder, command, decorator=decorator)
    assert redun("build")[0] == 0
    assert redun("build") == (0, "redun: everything is up to date\n")


def test_a_file_outside_the_project_is_an_input_by_its_name_alone(folder: Path, redun: Run):
    shared = folder.parent / "shared"
    shared.mkdir()
    rule(folder, "cat ../shared/first > {out}")
    (shared / "first").write_text("1")
    assert redun("build")[0] == 0
    (shared / "first").write_text("22")
    assert "shared/first changed" in redun("build", "--explain")[1]
    assert (folder / "out").read_text() == "22"


def test_a_folder_that_a_word_names_is_never_read(folder: Path, redun: Run):
    rule(folder, "mkdir -p folder/sub; mkfifo folder/pipe; echo content > folder/file; true folder link > {out}")
    (folder / "link").symlink_to("folder")
    assert redun("build")[0] == 0
    (folder / "folder/file").write_text("other content")
    assert redun("build") == (0, "redun: everything is up to date\n")
    (folder / "link").unlink()
    (folder / "link").write_text("a file by now")
    assert "link is a new input" in redun("build", "--explain")[1]


def test_a_file_that_came_before_the_job_is_an_input_that_was_missed(folder: Path, redun: Run):
    more = '@rule("first")\ndef first(out):\n    sh(f"echo x > seen; sleep 0.1; touch {out}")\n'
    rule(folder, "cat seen {need('first')} > {out}", more)
    assert redun("build", "out")[0] == 0
    assert "seen is a new input" in redun("build", "--explain", "out")[1]
    assert redun("build", "out") == (0, "redun: everything is up to date\n")


def test_an_action_may_change_what_it_names(folder: Path, redun: Run):
    (folder / "redunfile.py").write_text('@action\ndef act():\n    sh("cat a.txt | tee act.log; echo ran >> count")\n')
    assert redun("build", "act")[0] == 0
    assert redun("build", "act")[0] == 0
    assert (folder / "count").read_text() == "ran\nran\n"


def test_a_force_that_matches_nothing_is_told(folder: Path, redun: Run):
    rule(folder, "cp {need('a.txt')} {out}")
    assert "redun: warning: --force zzz matches nothing that this build makes\n" in redun("build", "--force", "zzz")[1]
    status, said = redun("build", "--force", "outt")
    assert status == 0
    assert said.splitlines() == [
        "redun: warning: --force outt matches nothing that this build makes, did you mean `out`?",
        "redun: everything is up to date",
    ]
    assert "warning" not in redun("build", "--force", "o*")[1]


def test_what_is_missing_once_something_ran_is_a_failure(folder: Path, redun: Run):
    (folder / "tools.py").write_text("def choose(path):\n    return 'none.txt'\n")
    more = "from tools import choose\n\nPICKED = choose(need('a.txt'))\n"
    rule(folder, "cat {need(PICKED)} > {out}", more)
    status, said = redun("build", "out")
    assert "none.txt is missing" in said
    assert status == 1
    status, said = redun("build", "out")  # this time nothing is run: the choice is remembered
    assert "none.txt is missing" in said
    assert status == 2
