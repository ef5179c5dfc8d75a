"""Every fenced block that the project shows is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.aws.server import LocalAws
from tests.conftest import make_bucket
from tests.docs.fences import blocks
from tests.docs.links import broken_links
from tests.docs.performance import set_stage
from tests.parts.podman import Podman
from tests.parts.slurm import Slurm

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = ("README.md", "docs/*.md", "grammar/README.md", "examples/**/README.md")
DOCUMENTS = sorted({path for pattern in PATTERNS for path in ROOT.glob(pattern)})
SLOW = ("examples/spark/README.md", "examples/everywhere/README.md")  # start a Spark each


def parts_of(document: Path) -> set[str]:
    """What must be up for all of its blocks to be run."""
    return {block.part for block in blocks(document.read_text())} - {""}


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


@pytest.mark.slow
@pytest.mark.parametrize("document", [path for path in DOCUMENTS if parts_of(path)], ids=lambda path: path.name)
def test_document_with_real_parts(
    document: Path, tmp_path: Path, redun_environment: dict[str, str], podman: Podman, slurm: Slurm, aws: LocalAws
):
    assert parts_of(document) <= {"podman", "slurm", "aws", "spark"}
    pytest.importorskip("pyspark")
    engine = podman.as_docker(tmp_path / "bin", "docker.io/library/python:3.13-slim")
    aws.create_queue("flow-queue")
    aws.runs.images.add("123456789012.dkr.ecr.us-east-1.amazonaws.com/flow:1")
    make_bucket(aws.url, "my-bucket")
    redun_environment |= {**slurm.environment, **aws.environ, "PATH": f"{engine.parent}:{redun_environment['PATH']}"}
    stage = set_stage(document, tmp_path / "stage", redun_environment, ROOT / "examples", parts_of(document))
    for block in blocks(document.read_text()):
        if block.title or block.part:  # what is left out is run by the test above
            stage.play(block)


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
