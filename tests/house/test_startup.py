"""What a quick answer must not import: start-up is most of what a person waits for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house.sources import ROOT

HEAVY = frozenset(["argparse", "asyncio", "click", "lark", "logging", "networkx", "pydantic", "typer"])
NOT_ON_A_GREEN_BUILD = HEAVY | {
    "dataclasses",
    "enum",
    "importlib.metadata",
    "json",
    "multiprocessing",
    "pathlib",
    "re",
    "rich",
    "subprocess",
    "tempfile",
    "typing",
}
ROOMS = {  # what a build of commands does not use, one that fails or is slow neither
    "engine": "answering context handled handles made options record_ultimate script share tags ultimate undeclared",
    "engine.forms": "catching control mapping own reading tagging threads",
    "executors": "elsewhere functions commands.jobserver",
    "front": "modules",
    "tasks": "code making naming reading.decorators scheduling scripts",
    "values": "custom staging",
}
FOR_WORKFLOWS = {f"redo_py.{room}.{name}" for room, names in ROOMS.items() for name in names.split()}
FOR_WORKFLOWS |= {"redo_py.compat", "redo_py.library"}

PROGRAM = """
import sys
before = set(sys.modules)
from redo_py.cli.fastlane import main
try:
    status = main(sys.argv[2:])
except SystemExit as stop:
    status = stop.code
with open(sys.argv[1], "w") as answer:
    print(status or 0, *sorted(set(sys.modules) - before), file=answer)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of examples/hello."""
    return shutil.copytree(
        ROOT / "examples/hello", tmp_path / "hello", ignore=shutil.ignore_patterns(".redun", "build")
    )


def loaded_by(argv: Sequence[str], folder: Path, environment: dict[str, str]) -> set[str]:
    """The modules that `redun ARGV` in `folder` loads over those of a bare interpreter; it must succeed."""
    answer = folder.parent / "answer"
    command = [sys.executable, "-c", PROGRAM, str(answer), *argv]
    environment = environment | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    status, *loaded = answer.read_text().split()
    assert status == "0", run.stdout + run.stderr
    return set(loaded)


def test_version(tmp_path: Path, redun_environment: dict[str, str]):
    folder = tmp_path / "nothing"
    folder.mkdir()
    assert loaded_by(["--version"], folder, redun_environment) & NOT_ON_A_GREEN_BUILD == set()


def test_a_build_with_nothing_to_do(project: Path, redun_environment: dict[str, str]):
    loaded_by(["build"], project, redun_environment)
    assert loaded_by(["build"], project, redun_environment) & NOT_ON_A_GREEN_BUILD == set()


def test_a_build_of_one_edit(project: Path, redun_environment: dict[str, str]):
    loaded_by(["build"], project, redun_environment)
    source = project / "src/main.c"
    source.write_text(source.read_text().replace("return 0;", "return 0 * 1;"))
    loaded = loaded_by(["build"], project, redun_environment)
    assert "redo_py.engine.loop" in loaded
    assert loaded & HEAVY == set()
    assert loaded & FOR_WORKFLOWS == set()
    assert "pydantic" not in loaded_by(["clean", "-n", "-C", ".", "build/hello"], project, redun_environment)


def test_the_modules_for_workflows_are_there():
    """None that has another name by now, and would be found in no build for that."""
    assert [name for name in sorted(FOR_WORKFLOWS) if find_spec(name) is None] == []


def test_a_run_of_what_is_remembered(tmp_path: Path, redun_environment: dict[str, str]):
    folder = tmp_path / "flow"
    folder.mkdir()
    (folder / "flow.py").write_text("from redo_py import task\n\n\n@task()\ndef main(x: int = 1):\n    return x\n")
    environment = redun_environment | {"USER": "ann"}  # which tags the execution
    loaded_by(["run", "flow.py", "main", "--x", "3"], folder, environment)
    loaded = loaded_by(["run", "flow.py", "main", "--x", "3"], folder, environment)
    assert "redo_py.engine.loop" in loaded
    assert loaded & (NOT_ON_A_GREEN_BUILD - {"importlib.metadata"}) == set()
    unused = {name for name in FOR_WORKFLOWS if name.startswith(("redo_py.engine", "redo_py.executors"))}
    assert loaded & unused == {"redo_py.engine.tags"}
