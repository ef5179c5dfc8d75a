"""A real C program: build it, use it, and compare what an edit rebuilds with what gcc says about includes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "brotli"
DEEP = "c/enc/histogram.h"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release's C sources, fetched once; needs PyPI."""
    folder = tmp_path_factory.mktemp("brotli")
    subprocess.run([sys.executable, EXAMPLE / "fetch.py", folder], check=True)
    return folder / "c"


@pytest.fixture(scope="module")
def project(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(EXAMPLE / "redunfile.py", folder)
    shutil.copytree(sources, folder / "c")
    return folder


def test_build_use_and_edit(project: Path, redun_environment: dict[str, str]) -> None:
    def redun(*words: str) -> str:
        done = subprocess.run(
            ["redun", "build", *words], cwd=project, env=redun_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    objects = sorted(str(path.relative_to(project)) for path in (project / "c").rglob("*.c"))
    assert len(objects) == 36
    assert sorted(made(redun())) == sorted(["bin/brotli", *map(object_of, objects)])
    assert redun() == "redun: everything is up to date\n"

    text = (project / "c/enc/encode.c").read_bytes()
    packed = subprocess.run([project / "bin/brotli", "-c"], input=text, capture_output=True, check=True).stdout
    assert len(packed) < len(text) / 2
    assert subprocess.run([project / "bin/brotli", "-dc"], input=packed, capture_output=True, check=True).stdout == text
    assert "passed      round_trip" in redun("round_trip")
    assert "passed      round_trip (cached)" in redun("round_trip")

    with (project / DEEP).open("a") as header:
        header.write("\n/* a change that changes no code */\n")
    including = [source for source in objects if DEEP in includes_of(project, source)]
    assert 3 < len(including) < 36
    assert sorted(made(redun())) == sorted(map(object_of, including)), "the link is cut off: no object differs"

    with (project / "c/dec/huffman.c").open("a") as source:
        source.write("\n/* a comment */\n")
    assert made(redun()) == ["build/c/dec/huffman.o"]

    with (project / "c/dec/huffman.c").open("a") as source:
        source.write("\nint brotli_example_extra = 1;\n")
    assert made(redun()) == ["build/c/dec/huffman.o", "bin/brotli"]
    assert redun() == "redun: everything is up to date\n"


def made(output: str) -> list[str]:
    """The targets that a build made, in order."""
    return re.findall(r"^made +(\S+)$", output, re.MULTILINE)


def object_of(source: str) -> str:
    """The object of a C file."""
    return f"build/{source.removesuffix('.c')}.o"


def includes_of(project: Path, source: str) -> set[str]:
    """What gcc says that `source` includes."""
    rule = subprocess.run(
        ["cc", "-Ic/include", "-MM", source], cwd=project, capture_output=True, text=True, check=True
    ).stdout
    return {str((project / word).resolve().relative_to(project)) for word in rule.replace("\\\n", " ").split()[1:]}
