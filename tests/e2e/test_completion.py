"""Completion in real shells: what a person gets for pressing Tab."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.project import WAIT, Project

RULES = '''
MODE = config("mode", "release", ["release", "debug"])
DEPTH = config("depth", 3)


@rule("build/{stem}.o")
def cc(out, stem):
    """Compile one file."""
    sh(f"cat {need(f'{stem}.c')} > {out}")


@rule("bin/{prog}", where={"prog": ["hello", "good bye"]})
def link(out, prog):
    """Link one program."""
    sh(f"cat {need('build/a.o')} > {out}; echo {MODE} {DEPTH}")


@check
def test():
    """Look at it."""
    sh(f"true {need('bin/hello')}")


@action
def deploy(host: str, port: int = 80, fast: bool = False, safe: bool = True):
    """Send it away."""
    sh(f"echo {host} {port} {fast} {safe}")


group("all", "bin/hello", "bin/good bye")
'''


@pytest.fixture
def program(project: Project) -> Project:
    project.rules(RULES)
    project.write("a.c", "a\n")
    return project


def offered(project: Project, *words: str, status: int = 0, cwd: str = "") -> list[str]:
    """The texts that are offered in the place of the last of `words`."""
    outcome = project.run("_complete", "fish", "redun", *words, status=status, cwd=cwd)
    assert outcome.errors == ""
    return [line.partition("\t")[0] for line in outcome.output.splitlines()]


# ---- what is offered


def test_commands(project: Project):
    assert offered(project, "")[:3] == ["build", "run", "targets"]
    assert offered(project, "comp") == ["compdb", "completion"]
    assert offered(project, "--v") == ["--version"]
    assert offered(project, "--check-version") == ["--check-version"]
    assert offered(project, "--check-version", "") == []
    assert offered(project, "--check-version", ">=0", "bui") == ["build"]
    assert offered(project, "--check-version", ">=0", "gc", "--dry") == ["--dry-run"]


def test_targets(program: Project):
    assert offered(program, "build", "") == ["all", "deploy", "test", "bin/hello", "bin/good bye"]
    assert offered(program, "build", "bin/h") == ["bin/hello"]
    program.build("bin/hello")
    assert offered(program, "build", "-k", "build/") == ["build/a.o"]
    assert program.run("_complete", "zsh", "redun", "build", "bin/h").output == "bin/hello\tLink one program.\n"


def test_targets_from_a_folder_below(program: Project):
    program.path("sub/deep").mkdir(parents=True)
    assert offered(program, "build", "../../b", cwd="sub/deep") == ["../../bin/hello", "../../bin/good bye"]
    assert offered(program, "build", "te", cwd="sub/deep") == ["test"]
    assert offered(program, "build", "-C", "sub", "../bin/h") == ["../bin/hello"]


def test_targets_of_several_redunfiles(program: Project):
    program.rules(RULES + '\ninclude("sub")\n')
    program.write("sub/redunfile.py", '@check\ndef lint():\n    sh("true")\n')
    assert offered(program, "build", "//") == ["//bin/hello", "//bin/good bye", "//sub:lint"]
    assert offered(program, "build", "//b", cwd="sub") == ["//bin/hello", "//bin/good bye"]
    assert offered(program, "build", "li", cwd="sub") == ["lint"]


WORKFLOW = """
    from enum import Enum
    from typing import Literal
    from redo_py import task

    print("never seen")

    class Color(Enum):
        RED = 1
        BLUE = 2

    @task()
    def main(size: int, color: Color = Color.RED, mode: Literal["a", "b"] | None = None, dry_flag: bool = False):
        \"\"\"Do it all.\"\"\"

    @task()
    def other():
        pass
"""


def test_tasks_and_their_arguments(project: Project):
    project.write("wf.py", WORKFLOW)
    assert offered(project, "run", "", status=3) == []
    assert offered(project, "run", "wf.py", "") == ["main", "other", "help", "info"]
    assert offered(project, "run", "--no-cache", "wf.py", "m") == ["main"]
    assert project.run("_complete", "zsh", "redun", "run", "wf.py", "ma").output == "main\tDo it all.\n"
    assert offered(project, "run", "wf.py", "main", "--")[:6] == [
        "--size", "--color", "--mode", "--dry-flag", "--no-dry-flag", "--no-cache",
    ]  # fmt: skip
    assert offered(project, "run", "wf.py", "main", "--si") == ["--size"]
    assert offered(project, "run", "wf.py", "main", "--size", "3", "--color", "") == ["RED", "BLUE"]
    assert offered(project, "run", "wf.py", "main", "--mode", "b") == ["b"]
    assert offered(project, "run", "wf.py", "main", "--dry-flag", "") == ["true", "false"]
    assert offered(project, "run", "wf.py", "main", "--size", "", status=3) == []
    assert offered(project, "run", "--log-level", "e") == ["error"]
    project.write("wf.py", "1 / 0")
    assert offered(project, "run", "wf.py", "", status=3) == []
    assert not project.exists(".redun")


def test_definitions(program: Project):
    assert offered(program, "build", "-D", "") == ["mode=", "depth="]
    assert offered(program, "build", "-D", "mode=") == ["mode=release", "mode=debug"]
    assert offered(program, "build", "-Dmode=d") == ["-Dmode=debug"]
    assert offered(program, "why", "--define=de") == ["--define=depth="]
    assert offered(program, "build", "-D", "depth=") == ["depth=3"]
    assert offered(program, "build", "-D", "none=") == []
    assert offered(program, "build", "-D", "mode=wrong", "-D", "mo") == ["mode="]  # a wrong one is in nobody's way


def test_options_of_actions(program: Project):
    assert offered(program, "build", "deploy", "--")[:4] == ["--host", "--port", "--fast", "--no-safe"]
    assert "--host" not in offered(program, "build", "test", "--")
    assert "--host" not in offered(program, "build", "--")


def test_options_and_their_values(program: Project):
    assert offered(program, "graph", "--dep") == ["--depth"]
    assert offered(program, "graph", "--format", "m") == ["mermaid"]
    assert offered(program, "graph", "--format=d") == ["--format=dot"]
    assert offered(program, "completion", "") == ["bash", "zsh", "fish"]
    assert offered(program, "build", "-j", "") == []
    assert offered(program, "build", "-f", "", status=3) == []  # for the shell to say: it is a file
    assert offered(program, "build", "--force", "te") == ["test"]


def test_profiles_settings_and_executions(program: Project):
    program.write("redun.toml", "[profile.ci.build]\njobs = 2\n[profile.local.build]\njobs = 3\n")
    assert offered(program, "build", "--profile", "") == ["ci", "local"]
    assert offered(program, "config", "--profile=c") == ["--profile=ci"]
    assert offered(program, "config", "build.to") == ["build.tools"]
    assert "mode" in offered(program, "config", "m")
    assert offered(program, "why", "--in", "") == ["last"]
    program.build("test")
    assert len(offered(program, "why", "--in", "")) == 2


def test_many_paths_are_offered_a_folder_at_a_time(project: Project):
    project.rules(
        '@rule("{folder}/{number}.txt", where={"folder": ["a", "b"], "number": [str(n) for n in range(150)]})\n'
        'def r(out, folder, number):\n    sh(f"touch {out}")\n'
    )
    assert offered(project, "build", "") == ["a/", "b/"]
    assert len(offered(project, "build", "a/")) == 150


def test_a_project_in_disorder_offers_what_it_made(program: Project):
    program.build("bin/hello")
    program.rules("this is (no redunfile")
    assert offered(program, "build", "b") == ["build/a.o", "bin/hello"]
    assert offered(program, "build", "-D", "") == []
    assert offered(program, "build", "--fo") == ["--force"]


def test_no_project_at_all(project: Project):
    assert offered(project, "build", "x", status=3) == []
    assert offered(project, "build", "-C", "/nowhere", "", status=3) == []
    assert offered(project, "build", "--dry") == ["--dry-run"]


@pytest.mark.parametrize("words", [(), ("bash",), ("bash", "redun", "x", ""), ("tcsh", ""), ("fish",)])
def test_whatever_it_is_called_with_it_says_nothing(project: Project, words: tuple[str, ...]):
    outcome = project.run("_complete", *words, status=None)
    assert (outcome.errors, outcome.status) == ("", 3)


def test_odd_names(project: Project):
    project.rules(
        '@rule("a b\'c.txt")\ndef r(out):\n    sh(f"touch {out}")\n\n'
        '@rule("new\\nline")\ndef s(out):\n    sh(f"touch {out}")\n'
    )
    assert offered(project, "build", "") == ["a b'c.txt"]
    line = "redun build "
    given = project.run("_complete", "bash", line, str(len(line)), " \t\n=").output
    assert given == "a\\ b\\'c.txt\n"


def test_neither_parser_nor_typer_is_loaded_the_second_time(program: Project):
    offered(program, "build", "")
    code = (
        "import sys; from redo_py.cli.complete import complete; complete(['fish', 'redun', 'build', '']);"
        "print(sorted({'lark', 'typer', 'click', 'rich', 'networkx', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        ["python", "-c", code],
        cwd=program.folder,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    assert done.stdout.splitlines()[-1] == "[]"


# ---- the script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(project: Project, shell: str):
    script = project.run("completion", shell)
    assert f"# Completion of redun for {shell}." in script.output
    assert script.errors == ""


def test_an_unknown_shell(project: Project):
    refused = project.run("completion", "fsh", status=2)
    assert refused.errors == "redun: there is no completion for `fsh`\n  hint: did you mean `fish`?\n"
    refused = project.run("completion", "tcsh", status=2)
    assert refused.errors == "redun: there is no completion for `tcsh`\n  hint: there are bash, zsh and fish\n"


# ---- the shells


class Shell:
    """A shell in a terminal of its own."""

    def __init__(self, argv: list[str], project: Project) -> None:
        self.process, self._terminal = pty.fork()
        if not self.process:
            os.chdir(project.folder)
            os.execvpe(argv[0], argv, {**project.environment, "TERM": "dumb", "PS1": "> ", "HISTFILE": ""})
        self._seen = b""

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._terminal, text.encode())

    def wait_for(self, text: str) -> None:
        """Wait until `text` has appeared behind all that was waited for before."""
        limit = time.monotonic() + WAIT
        while text.encode() not in self._seen:
            assert time.monotonic() < limit, f"no {text!r} in {self._seen!r}"
            if select.select([self._terminal], [], [], 0.2)[0]:
                self._seen += os.read(self._terminal, 65536)
        self._seen = self._seen.partition(text.encode())[2]

    def close(self) -> None:
        """End it."""
        os.close(self._terminal)
        os.kill(self.process, 9)
        os.waitpid(self.process, 0)


def needs(shell: str) -> str:
    """The path of `shell`, which .ci/run installs."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


@pytest.fixture(params=["bash", "zsh"])
def shell(request: pytest.FixtureRequest, program: Project, tmp_path: Path) -> Iterator[Shell]:
    """An interactive shell with the completion script."""
    script = tmp_path / "redun.sh"
    script.write_text(program.run("completion", request.param).output)
    bare = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[request.param]
    opened = Shell([needs(request.param), *bare], program)
    prepare = {
        "bash": "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'",
        "zsh": "unsetopt zle_bracketed_paste prompt_sp; autoload -U compinit; compinit -u -D",
    }[request.param]
    opened.type(f"{prepare}; . {script}; echo rea''dy\n")
    opened.wait_for("ready")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("buil\tbin/h\t", "[build][bin/hello]"),
        ("build bin/g\t", "[build][bin/good bye]"),
        ("build 'bin/g\t", "[build][bin/good bye]"),
        ("build -D mo\tdeb\t", "[build][-D][mode=debug]"),
        ("build deploy --ho\tx", "[build][deploy][--host][x]"),
        ("why --def\tmode=r\t", "[why][--define][mode=release]"),
        ("graph --format=h\t", "[graph][--format=html]"),
        ("build -f a\t", "[build][-f][a.c]"),
    ],
)
def test_tab(shell: Shell, typed: str, completed: str):
    """The line is completed, then handed to a function that shows its words."""
    shell.type(f"redun {typed}")
    shell.type("\x01show() { printf '[%s]' \"${@:2}\"; echo; }; show \x05\n")
    shell.wait_for("\n" + completed)


def test_fish(program: Project):
    script = program.path("redun.fish")
    script.write_text(program.run("completion", "fish").output)

    def asked(line: str) -> list[str]:
        command = [needs("fish"), "--no-config", "-c", f"source redun.fish; complete -C {line!r}"]
        done = subprocess.run(
            command, cwd=program.folder, env=program.environment, capture_output=True, text=True, timeout=WAIT
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    assert asked("redun build bin/") == ["bin/hello\tLink one program.", "bin/good bye\tLink one program."]
    assert asked("redun build -D mo") == ["mode=\tnow release"]
    assert asked("redun build -D mode=d") == ["mode=debug"]
    assert asked("redun graph --format=h") == ["--format=html"]
    assert asked("redun build deploy --ho") == ["--host\tstr"]
    assert "a.c" in asked("redun build -f a")
