"""The built wheel, not the checkout: it is whole, its command runs, and it builds a project."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import redo_py

ROOT = Path(__file__).resolve().parents[2]
SHELLS = ("bash", "zsh", "fish")
GRAMMAR = "redo_py/grammar/redunfile.lark"

pytestmark = pytest.mark.slow


def output_of(command: Sequence[str | Path], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What `command` prints in `folder`; it must succeed."""
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    output_of([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a virtual environment that holds the wheel, and sees the packages of this one but no checkout."""
    folder = tmp_path_factory.mktemp("installed")
    output_of([sys.executable, "-m", "venv", "--without-pip", folder], folder)
    python = folder / "bin/python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    output_of([*pip, "install", "--no-deps", "--no-index", wheel], folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_is_whole(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "redo_py").rglob("*.py")}
    assert modules <= names
    assert GRAMMAR in names
    assert {name.partition("/")[0] for name in names} == {"redo_py", f"redo_py-{redo_py.__version__}.dist-info"}


def test_the_grammar_of_the_wheel_is_the_one_on_show(wheel: Path):
    assert zipfile.ZipFile(wheel).read(GRAMMAR) == (ROOT / "grammar/redunfile.lark").read_bytes()


@pytest.mark.parametrize(
    "name", ["query/page.css", "query/page.js", *(f"cli/shells/redun.{shell}" for shell in SHELLS)]
)
def test_what_is_read_beside_the_modules_is_in_the_wheel(name: str, wheel: Path):
    assert zipfile.ZipFile(wheel).read(f"redo_py/{name}") == (ROOT / "redo_py" / name).read_bytes()


def test_the_license_is_in_the_wheel(wheel: Path):
    name = f"redo_py-{redo_py.__version__}.dist-info/licenses/LICENSE"
    assert zipfile.ZipFile(wheel).read(name) == (ROOT / "LICENSE").read_bytes()


def test_the_installed_package_is_the_wheel(installed: Path, tmp_path: Path):
    printed = output_of([installed / "python", "-c", "import redo_py; print(redo_py.__file__)"], tmp_path)
    assert Path(printed.strip()).is_relative_to(installed.parent)


@pytest.mark.parametrize("command", ["redun", "redo-py"])
def test_version(command: str, installed: Path, tmp_path: Path):
    assert redo_py.__version__ in output_of([installed / command, "--version"], tmp_path)


def test_it_builds_a_project(installed: Path, tmp_path: Path, redun_environment: dict[str, str]):
    project = tmp_path / "hello"
    shutil.copytree(ROOT / "examples/hello", project, ignore=shutil.ignore_patterns(".redun", "build"))
    output_of([installed / "redun", "build"], project, redun_environment)
    assert output_of([project / "build/hello"], project) == "Hello, world!\n"
    first = (project / "build/hello").stat()
    output_of([installed / "redun", "build"], project, redun_environment)
    assert (project / "build/hello").stat() == first
