"""The language reference: its blocks parse, and its errors are what the parser says."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.front.redunfile.grammar.parse import parse
from tests.docs.fences import Block, blocks

ROOT = Path(__file__).resolve().parents[5]
TEXT = (ROOT / "grammar/README.md").read_text(encoding="utf-8")
SYNTAX = TEXT.partition("\n## Declarations")[0]  # what stands above is about syntax alone
SAYINGS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/golden").rglob("*.expected")))


REDUNFILES = [block for block in blocks(TEXT) if block.language == "python" and block.title in ("", "redunfile.py")]
ERRORS = [block for block in blocks(SYNTAX) if block.language == "text"]


@pytest.mark.parametrize("block", REDUNFILES, ids=lambda block: f"line {block.line}")
def test_a_block_is_a_redunfile(block: Block):
    parse(block.text, f"grammar/README.md:{block.line}")


@pytest.mark.parametrize("block", ERRORS, ids=lambda block: f"line {block.line}")
def test_an_error_is_said_like_this(block: Block):
    assert block.text in SAYINGS


def test_there_is_something_to_check():
    assert len(REDUNFILES) >= 4
    assert len(ERRORS) >= 2
