"""Every fenced block that the project shows is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.docs.fences import blocks
from tests.docs.links import broken_links
from tests.docs.performance import set_stage

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = ("README.md", "docs/*.md", "grammar/README.md", "examples/**/README.md")
DOCUMENTS = sorted({path for pattern in PATTERNS for path in ROOT.glob(pattern)})
SLOW = ("examples/spark/README.md", "examples/everywhere/README.md")  # start a Spark each


def performed() -> list[Any]:
    """The documents as parameters."""
    names = {str(path.relative_to(ROOT)): path for path in DOCUMENTS}
    marks = {name: [pytest.mark.slow] if name in SLOW else [] for name in names}
    return [pytest.param(path, id=name, marks=marks[name]) for name, path in names.items()]


@pytest.mark.parametrize("document", performed())
def test_document(
    document: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, redun_environment: dict[str, str]
):
    redun_environment["TMPDIR"] = str(tmp_path_factory.mktemp("t"))  # `redun gc` looks there for what others left
    stage = set_stage(document, tmp_path / "stage", redun_environment, ROOT / "examples")
    assert stage.perform() == len(list(blocks(document.read_text())))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(document: Path):
    assert broken_links(document) == []


def test_the_index_leads_to_every_page_and_the_readme_to_the_index():
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    index = (ROOT / "docs/index.md").read_text()
    assert [page for page in sorted(pages) if f"]({page})" not in index] == []
    assert "](docs/index.md)" in (ROOT / "README.md").read_text()


def test_the_readme_names_the_command_that_ci_runs():
    commands = [line for block in blocks((ROOT / "README.md").read_text()) for line in block.text.splitlines()]
    assert "$ bash .ci/run" in commands
    assert (ROOT / ".ci/run").is_file()


@pytest.mark.parametrize("folder", sorted((ROOT / "examples").iterdir()), ids=lambda path: path.name)
def test_every_example_has_a_document(folder: Path):
    assert (folder / "README.md").is_file()
