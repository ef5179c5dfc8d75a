"""Environments: made once for each content, by one at a time, whole or not at all."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

from redo_py.executors.api import CommandStep, Failed, Finished, JobSpec, Outcome
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.environments import recipes
from redo_py.executors.environments.interpreter import packages_of
from redo_py.executors.environments.making import (
    OWN_VERSION,
    WHOLE,
    Made,
    Maker,
    Stopped,
    drop_forgotten,
    is_used,
    removable,
    version_in,
)
from redo_py.executors.environments.recipes import variables
from redo_py.executors.environments.waiting import EnvironmentExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError, UsageError
from redo_py.testing import Driver

FAKE = """#!/bin/sh
echo "$@" >> calls
[ -e slow ] && echo $$ > begun.new && mv begun.new begun && sleep 60
case "$1 $2" in
  venv*|create*|env*)
    while [ "$1" ]; do
      case "$1" in --prefix) folder=$2;; esac
      last=$1; shift
    done
    folder=${folder:-$last}
    mkdir -p "$folder/bin"
    [ -e without-python ] || ln -s %s "$folder/bin/python";;
  pip*)
    if [ -e changing ]; then echo other >> requirements.txt; fi
    if [ -e failing ]; then cat failing; echo "no such distribution"; echo "not today" >&2; exit 3; fi;;
esac
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("uv", "micromamba", "conda"):
        tool(tmp_path, name)
    (tmp_path / "requirements.txt").write_text("one\n")
    (tmp_path / "env.yaml").write_text("dependencies: [python]\n")
    return tmp_path


def tool(root: Path, name: str) -> None:
    """A program that does what the real one does to its folder, and notes how it was called."""
    path = root / "bin" / name
    path.write_text(FAKE % sys.executable)
    path.chmod(0o755)


def maker(root: Path, environment: str = "uv:requirements.txt", path: str = "") -> Maker:
    environ = {"PATH": path or f"{root}/bin:/bin:/usr/bin"}
    return Maker(environment, str(root), f"{root}/envs", "/base/python", environ, Clock())


def make(root: Path, environment: str = "uv:requirements.txt") -> str:
    """The folder of the environment."""
    made = maker(root, environment).make()
    made.close()
    return made.folder


def calls(root: Path) -> list[str]:
    """What the tools were called with so far."""
    return (root / "calls").read_text().splitlines() if (root / "calls").exists() else []


def error_of(root: Path, environment: str = "uv:requirements.txt", path: str = "") -> str:
    with pytest.raises(RunError) as caught:
        maker(root, environment, path).make()
    assert left(root) == []
    return str(caught.value)


def left(root: Path) -> list[str]:
    """What there is of environments, without their locks."""
    return [name for name in os.listdir(root / "envs") if not name.endswith(".lock")]


def test_uv(root: Path):
    folder = make(root)
    assert calls(root) == [
        f"venv --no-project --python /base/python {folder}",
        f"pip install --python {folder}/bin/python --requirement requirements.txt",
    ]
    assert json.loads(Path(folder, WHOLE).read_text()) == {"environment": "uv:requirements.txt", "python": OWN_VERSION}


@pytest.mark.parametrize(("program", "begin"), [("micromamba", "create --yes"), ("conda", "env create")])
def test_conda(root: Path, program: str, begin: str):
    if program == "conda":
        (root / "bin/micromamba").unlink()
    folder = make(root, "conda:env.yaml")
    assert calls(root) == [f"{begin} --prefix {folder} --file env.yaml"]
    assert version_in(folder) == OWN_VERSION


def test_what_is_there_is_used_and_found_by_content(root: Path):
    folder = make(root)
    os.utime(folder, (0, 0))
    os.utime("requirements.txt", (5, 5))
    assert make(root) == folder
    assert os.stat(folder).st_mtime > 5
    assert len(calls(root)) == 2
    (root / "requirements.txt").write_text("-r more.txt\n")
    (root / "more.txt").write_text("two\n")
    other = make(root)
    (root / "more.txt").write_text("three\n")
    assert len({folder, other, make(root), make(root, "conda:requirements.txt")}) == 4


def test_without_the_interpreter_it_is_made_again(root: Path):
    folder = make(root)
    Path(folder, "bin/python").unlink()
    assert make(root) == folder
    assert len(calls(root)) == 4


def test_a_ruin_is_cleared_away(root: Path):
    folder = make(root)
    Path(folder, WHOLE).unlink()
    Path(folder, "rubbish").touch()
    assert make(root) == folder
    assert not Path(folder, "rubbish").exists()


def test_two_at_once_make_one(root: Path):
    folders: list[str] = []
    threads = [threading.Thread(target=lambda: folders.append(make(root))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folders) == 4
    assert len(set(folders)) == 1
    assert len(calls(root)) == 2


def test_who_finds_it_made_meanwhile_and_in_use_takes_it(root: Path):
    first = maker(root).make()  # holds it from now on
    whole = root / "envs" / Path(first.folder).name / WHOLE
    told = whole.read_text()
    whole.unlink()

    class Meanwhile(Clock):
        """While one waits for the other, that completes it."""

        naps = 0

        def sleep(self, seconds: float) -> None:
            self.naps += 1
            assert self.naps < 10, "it waits for what is in use to be in no use"
            whole.write_text(told)

    environ = {"PATH": f"{root}/bin:/bin:/usr/bin"}
    second = Maker("uv:requirements.txt", str(root), f"{root}/envs", "/base/python", environ, Meanwhile()).make()
    assert second.folder == first.folder
    second.close()
    first.close()


def test_a_failure_leaves_nothing_and_has_the_words_of_the_tool(root: Path):
    (root / "failing").touch()
    folder = error_of(root).partition("--python ")[2].partition("/bin/python")[0]
    assert error_of(root) == (
        "redun: the environment uv:requirements.txt cannot be made: exit status 3\n"
        f"  command  {root}/bin/uv pip install --python {folder}/bin/python --requirement requirements.txt\n"
        "  it said  no such distribution\n"
        "           not today"
    )
    (root / "failing").unlink()
    assert make(root) == folder


def test_what_else_goes_wrong(root: Path, monkeypatch: pytest.MonkeyPatch):
    (root / "changing").touch()
    assert error_of(root) == (
        "redun: the files of the environment uv:requirements.txt changed while it was made\n"
        "  hint: find what writes them meanwhile, and run redun again"
    )
    assert error_of(root, path="/nowhere") == (
        "redun: there is no program that makes the environment uv:requirements.txt\n"
        "  hint: install uv (`pip install uv`), or write `venv:requirements.txt`, for which Python itself is enough"
    )
    monkeypatch.setattr(recipes, "has_rattler", lambda: False)
    assert error_of(root, "conda:env.yaml", path="/nowhere") == (
        "redun: there is no program that makes the environment conda:env.yaml\n"
        "  hint: install micromamba, mamba or conda, or let redun do without: `pip install 'redo-py[conda]'`"
    )
    (root / "requirements.txt").write_text("-r gone.txt\n")
    assert error_of(root) == (
        "redun: there is no file gone.txt, of which the environment uv:requirements.txt is made\n"
        "  hint: paths are relative to the project, as those of files are"
    )


def test_who_stops_leaves_nothing(root: Path):
    (root / "slow").touch()
    slow = maker(root)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            slow.make()
        except Stopped as stopped:
            failures.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    while not (root / "begun").exists():
        assert thread.is_alive()
    slow.stop()
    thread.join()
    assert len(failures) == 1
    assert left(root) == []
    with pytest.raises(Stopped):
        slow.make()


MAKING = """
from tests.unit.executors.environments.test_environments import maker
from pathlib import Path
maker(Path(".").resolve()).make()
"""


def test_a_tool_that_outlives_a_killed_run_keeps_the_lock(root: Path):
    (root / "slow").touch()
    top = Path(__file__).parents[4]
    killed = subprocess.Popen([sys.executable, "-c", MAKING], env={**os.environ, "PYTHONPATH": str(top)})
    while not (root / "begun").exists():
        assert killed.poll() is None
    killed.kill()
    killed.wait()
    [lock] = (root / "envs").glob("*.lock")
    assert is_used(str(lock.with_suffix("")))
    os.killpg(int((root / "begun").read_text()), signal.SIGKILL)
    (root / "slow").unlink()
    folder = make(root)
    assert folder == str(lock.with_suffix(""))
    assert version_in(folder) == OWN_VERSION


def test_what_is_used_is_not_removable(root: Path):
    made = maker(root).make()
    (root / "envs/0123").mkdir()
    assert removable(f"{root}/envs") == [f"{root}/envs/0123"]
    made.close()
    made.close()
    assert removable(f"{root}/envs") == sorted([f"{root}/envs/0123", made.folder])
    assert removable(f"{root}/nowhere") == []


def test_what_is_long_forgotten_is_dropped(root: Path):
    used, old = maker(root).make(), make(root, "conda:env.yaml")
    (root / "requirements.txt").write_text("other\n")
    new = make(root)
    for folder in (used.folder, old):
        os.utime(folder, (5, 5))
    Path(new, "bin/python").unlink()  # that of a container need not be here
    (root / "envs/0123").mkdir()  # a ruin without a lock is of nobody's making: somebody else may be about to take it
    drop_forgotten(f"{root}/envs", 10.0)
    assert sorted(left(root)) == sorted(["0123", Path(used.folder).name, Path(new).name])
    used.close()
    drop_forgotten(f"{root}/envs", 10.0)
    assert sorted(left(root)) == sorted(["0123", Path(new).name])


def test_variables():
    assert variables("uv", "/e", {"PATH": "/bin", "PYTHONHOME": "/x", "A": "b"}) == {
        "PATH": "/e/bin:/bin", "VIRTUAL_ENV": "/e", "A": "b",
    }  # fmt: skip
    assert variables("conda", "/e", {}) == {"PATH": "/e/bin:/bin:/usr/bin", "CONDA_PREFIX": "/e"}


# ---- the executor


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def commands(root: Path, tmp_path_factory: pytest.TempPathFactory):
    state = tmp_path_factory.mktemp("state")
    clock = Clock()
    inbox = SelectInbox(clock)
    journal = Journal(str(state / "running"))
    made = CommandExecutor(str(root), clock, journal, str(state / "scratch"))
    made.start(inbox)
    yield made, inbox
    made.stop()
    journal.close()
    inbox.close()


Commands = tuple[CommandExecutor, SelectInbox]


def errors_of(outcomes: list[Outcome]) -> list[BaseException]:
    """The errors of jobs, all of which failed."""
    return [outcome.error for outcome in outcomes if isinstance(outcome, Failed)]


def executor(root: Path, commands: Commands, told: list[str], is_python: bool) -> Driver:
    """What runs commands in the environment."""

    def inner(made: Made) -> CommandExecutor:
        return commands[0].sibling(commands[1])

    made = EnvironmentExecutor(maker(root), inner, is_python, Clock(), told.append)
    return Driver(made, commands[1])


def spec(text: str, seq: int = 1) -> JobSpec:
    return JobSpec(seq, "out.txt", [CommandStep(text)], {"PATH": "/bin:/usr/bin"}, answers=True)


def test_jobs_wait_for_the_environment_and_run_in_it(root: Path, commands: Commands, told: list[str]):
    driver = executor(root, commands, told, is_python=False)
    found = driver.run(spec("echo $VIRTUAL_ENV"), spec("command -v python", seq=2))
    folder = f"{root}/envs/{left(root)[0]}"
    values = [outcome.value for outcome in found if isinstance(outcome, Finished)]
    assert values == [f"{folder}\n".encode(), f"{folder}/bin/python\n".encode()]
    assert driver.success(spec("echo $PATH")).value == f"{folder}/bin:/bin:/usr/bin\n".encode()
    assert told == ["making the environment uv:requirements.txt"]
    driver.executor.stop()
    assert removable(f"{root}/envs") == [folder]


def test_all_jobs_fail_with_the_environment(root: Path, commands: Commands, told: list[str]):
    (root / "failing").touch()
    driver = executor(root, commands, told, is_python=False)
    found = [*driver.run(spec("true"), spec("true", seq=2)), *driver.run(spec("true", seq=3))]
    errors = errors_of(found)
    assert len({id(error) for error in errors}) == 3
    assert str(errors[0]).endswith("not today\n  for      out.txt")
    assert [str(error).count("not today") for error in errors] == [1, 0, 0], "once is enough"
    assert [outcome.output for outcome in found] == [b"", b"", b""], "all of it is in the error"
    driver.executor.stop()


def test_a_tool_that_says_a_lot_is_told_in_full_once(root: Path, commands: Commands, told: list[str]):
    said = "".join(f"line {number}\n" for number in range(40))
    (root / "failing").write_text(said)
    driver = executor(root, commands, told, is_python=False)
    found = [*driver.run(spec("true"), spec("true", seq=2)), *driver.run(spec("true"))]
    assert [outcome.output.decode() for outcome in found] == [
        f"{said}no such distribution\nnot today\n",
        "",
        found[0].output.decode(),
    ]
    assert ["line 39" in str(error) for error in errors_of(found)] == [True, False, True], "a job that is tried again"
    driver.executor.stop()


def test_a_function_needs_a_python_like_ours(root: Path, commands: Commands, told: list[str]):
    (root / "without-python").touch()
    driver = executor(root, commands, told, is_python=True)
    assert str(driver.failure(spec("true")).error) == (
        "redun: the environment uv:requirements.txt has no Python, which a function needs\n"
        "  for  out.txt\n"
        f"  hint: name python={OWN_VERSION} in its file"
    )
    driver.executor.stop()
    folder = f"{root}/envs/{left(root)[0]}"
    os.symlink(sys.executable, f"{folder}/bin/python")
    Path(folder, WHOLE).write_text(json.dumps({"python": "3.5"}))
    driver = executor(root, commands, told, is_python=True)
    assert str(driver.failure(spec("true")).error) == (
        f"redun: the environment uv:requirements.txt has Python 3.5, and redun runs in Python {OWN_VERSION}\n"
        "  for  out.txt\n"
        "  hint: functions need the same version in both: install redun for Python 3.5, or ask for"
        f" Python {OWN_VERSION} there"
    )
    driver.executor.stop()


def test_cancel_and_stop_do_not_wait_for_the_tool(root: Path, commands: Commands, told: list[str]):
    (root / "slow").touch()
    driver = executor(root, commands, told, is_python=False)
    driver.executor.start(commands[1])
    driver.executor.submit([spec("true"), spec("true", seq=2)])
    while not (root / "begun").exists():
        pass
    driver.executor.cancel([1, 7])
    [outcome] = driver.outcomes(1)
    assert outcome.seq == 1
    driver.executor.stop()
    driver.executor.stop()
    [other] = errors_of(driver.outcomes(1))
    assert isinstance(other, RunError)
    assert other.code == "job-cancelled"
    assert left(root) == []


def test_the_timeout_of_a_job_counts_while_it_waits(root: Path, commands: Commands, told: list[str]):
    (root / "slow").touch()
    driver = executor(root, commands, told, is_python=False)
    waiting = JobSpec(1, "out.txt", [CommandStep("true")], {}, timeout=0.1)
    assert str(driver.failure(waiting).error).startswith("redun: out.txt: not done after its timeout of 0.1 seconds")
    driver.executor.stop()
    assert left(root) == []


# ---- interpreters


def test_the_packages_of_an_interpreter():
    assert all(folder.endswith("-packages") for folder in packages_of(sys.executable, os.environ, ""))


def script(root: Path, text: str) -> str:
    path = root / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_interpreters_that_are_none(root: Path):
    for text, said in (
        ("echo '[\"3.5\", []]'", f"{root}/python is Python 3.5, and redun runs in Python {OWN_VERSION}"),
        ("echo hello", f"{root}/python does not answer as Python does: Expecting value: line 1 column 1 (char 0)"),
        ("exit 4", f"{root}/python does not answer as Python does: Command"),
    ):
        with pytest.raises(UsageError) as caught:
            packages_of(script(root, text), os.environ, "redun.toml:2")
        assert str(caught.value).startswith(f"redun: {said}")
        assert "\n  set in  redun.toml:2" in str(caught.value)
    with pytest.raises(UsageError) as caught:
        packages_of(f"{root}/nowhere", os.environ, "")
    assert str(caught.value) == (
        f"redun: the interpreter {root}/nowhere cannot be run: No such file or directory\n"
        "  hint: `python` below [tasks] is relative to the project's root"
    )


class Asked(dict[str, object]):
    """Options that can be looked for."""


def test_nothing_is_kept_of_a_job_that_waited(root: Path, commands: Commands, told: list[str]) -> None:
    asked = Asked()
    seen = weakref.ref(asked)
    driver = executor(root, commands, told, is_python=False)
    step = CommandStep("echo x")
    driver.success(JobSpec(1, "out.txt", [step], {"PATH": "/bin:/usr/bin"}, options=asked, timeout=3600.0))
    del asked
    driver.success(spec("echo x", seq=2))
    gc.collect()
    assert seen() is None
    driver.executor.stop()
