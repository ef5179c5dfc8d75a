"""The runner of documents: what it takes for a block, what it compares, and that it does notice an untruth."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.docs.fences import Block, UnclosedFence, blocks
from tests.docs.links import broken_links
from tests.docs.performance import Stage, Untrue, set_stage
from tests.docs.session import NoCommand, Step, is_match, steps

FENCE = "```"


def perform(text: str, folder: Path, parts: Sequence[str] = ()) -> int:
    """Perform a document of this text in `folder`, with these `parts` up."""
    document = folder / "document.md"
    document.write_text(text)
    stage = folder / "stage"
    stage.mkdir(exist_ok=True)
    return Stage(document, stage, {"PATH": "/usr/bin:/bin"}, parts).perform()


def fenced(info: str, *lines: str) -> str:
    """A block with this info string and these lines."""
    return "\n".join([f"{FENCE}{info}", *lines, FENCE, ""])


def test_blocks_know_their_place_and_words():
    text = "a\n\n" + fenced('python title="a b.py" norun', "x = 1", "", "y = 2") + "\n" + fenced("", "z")
    assert list(blocks(text)) == [
        Block(4, "python", ("title=a b.py", "norun"), "x = 1\n\ny = 2\n"),
        Block(10, "", (), "z\n"),
    ]


def test_a_block_that_needs_a_part(tmp_path: Path):
    text = fenced("console with=cluster", "$ touch here")
    assert perform(text, tmp_path) == 1
    assert not (tmp_path / "stage/here").exists()
    assert perform(text, tmp_path, ["cluster"]) == 1
    assert (tmp_path / "stage/here").exists()
    with pytest.raises(Untrue):
        perform(fenced("console with=cluster", "$ if"), tmp_path)


def test_a_longer_fence_holds_a_shorter_one():
    text = f"````text\n{FENCE}python\n{FENCE}\n````\n"
    assert [block.text for block in blocks(text)] == [f"{FENCE}python\n{FENCE}\n"]


def test_an_indented_block_loses_the_indentation_of_its_fence():
    assert [block.text for block in blocks(f"* a\n  {FENCE}text\n  x\n    y\n\n  {FENCE}\n")] == ["x\n  y\n\n"]


def test_an_unclosed_block():
    with pytest.raises(UnclosedFence, match="line 3"):
        list(blocks(f"a\n\n{FENCE}text\nx\n"))


@pytest.mark.parametrize(
    ("block", "title"),
    [
        (Block(1, "python", ("title=redunfile.py",), "x\n"), "redunfile.py"),
        (Block(1, "python", (), "# redunfile.py\nx\n"), "redunfile.py"),
        (Block(1, "c", (), "// src/main.c\n"), "src/main.c"),
        (Block(1, "make", (), "# Makefile\n"), "Makefile"),
        (Block(1, "python", (), "# a comment.\nx\n"), ""),
        (Block(1, "python", (), "x\n"), ""),
        (Block(1, "python", (), ""), ""),
    ],
)
def test_title(block: Block, title: str):
    assert block.title == title


def test_steps():
    text = "$ echo a \\\n> b\na b\n\n$ false\n[exit 1]\n$ true\n"
    assert steps(text, 7) == [
        Step(7, "echo a \\\nb", ("a b",), 0),
        Step(11, "false", (), 1),
        Step(13, "true", (), 0),
    ]


@pytest.mark.parametrize("text", ["", "output\n", "> more\n"])
def test_a_console_block_without_a_command(text: str):
    with pytest.raises(NoCommand):
        steps(text)


@pytest.mark.parametrize(
    ("expected", "printed", "is_same"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a", "b"), "a \nb\n\n", True),
        (("a",), "a\nb\n", False),
        ((), "", True),
        ((), "a\n", False),
        (("...",), "", True),
        (("a", "...", "z"), "a\nz\n", True),
        (("a", "...", "z"), "a\nb\nc\nz\n", True),
        (("a", "...", "z"), "a\nb\n", False),
        (("made ... in ... s",), "made x in 0.1 s\n", True),
        (("made ... in ... s",), "made x\n in 0.1 s\n", False),
        (("a.c (b)",), "axc (b)\n", False),
    ],
)
def test_is_match(expected: tuple[str, ...], printed: str, is_same: bool):
    assert is_match(expected, printed) is is_same


def test_files_and_commands_of_one_document(tmp_path: Path):
    text = (
        fenced("text title=deep/a.txt", "hello")
        + fenced("console", "$ cd deep", "$ cat a.txt", "hello", "$ (exit 3)", "[exit 3]")
        + fenced("console", "$ pwd", ".../stage/deep", "$ cat missing 2>&1", "...No such file...", "[exit 1]")
    )
    assert perform(text, tmp_path) == 3


@pytest.mark.parametrize(
    "text",
    [
        fenced("console", "$ echo a", "b"),
        fenced("console", "$ false"),
        fenced("console", "$ echo a"),
        fenced("console", "$ true", "[exit 1]"),
        fenced("console norun", "$ for"),
        fenced("python", "raise SystemExit(1)"),
        fenced("python norun", "x ="),
        fenced("json", "{"),
        fenced("toml", "a ="),
        fenced("c", "int x;"),
        fenced("", "words"),
        fenced("text title=../outside.txt", "x"),
        fenced("console", "$ echo a > made.txt") + fenced("text same=made.txt", "b"),
        fenced("text same=missing.txt", "x"),
    ],
)
def test_an_untruth_is_noticed_with_its_place(text: str, tmp_path: Path):
    with pytest.raises(Untrue, match=r"document\.md:\d+: "):
        perform(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        fenced("console norun", "$ no-such-command", "whatever"),
        fenced("python", "assert 1 + 1 == 2"),
        fenced("python norun", "raise SystemExit(1)"),
        fenced("c norun", "int x;"),
        fenced("text", "words"),
    ],
)
def test_what_is_fine(text: str, tmp_path: Path):
    assert perform(text, tmp_path) == 1


def test_a_block_that_shows_what_a_command_made(tmp_path: Path):
    text = fenced("console", "$ mkdir deep && cd deep && echo a > made.txt") + fenced("mermaid same=deep/made.txt", "a")
    assert perform(text, tmp_path) == 2


def test_the_error_shows_both_sides(tmp_path: Path):
    with pytest.raises(Untrue) as caught:
        perform("# Title\n\n" + fenced("console", "$ echo b; exit 4", "a"), tmp_path)
    assert str(caught.value).removeprefix(f"{tmp_path}/") == (
        "document.md:4: $ echo b; exit 4\nexpected, with status 0:\n  a\nfound, with status 4:\n  b\n"
    )


def test_an_example_gets_a_copy_of_its_folder(tmp_path: Path):
    example = tmp_path / "examples/one"
    example.mkdir(parents=True)
    document = example / "README.md"
    document.write_text(fenced("console", "$ cat x", "kept", "$ rm x"))
    (example / "x").write_text("kept\n")
    set_stage(document, tmp_path / "stage", {"PATH": "/usr/bin:/bin"}, tmp_path / "examples").perform()
    assert (example / "x").exists()


def test_broken_links(tmp_path: Path):
    document = tmp_path / "a.md"
    document.write_text(
        "# One `two`, three\n[a](a.md) [b](b.md) [c](#one-two-three) [d](#four) [e](https://example.org/x)\n"
        + fenced("text", "[f](f.md)")
    )
    assert broken_links(document) == ["b.md", "#four"]


def test_a_block_inside_a_comment_is_performed(tmp_path: Path):
    hidden = "<!-- kept out of sight\n" + fenced("text title=x", "y") + "-->\n"
    assert perform(hidden + fenced("console", "$ cat x", "y"), tmp_path) == 2


def test_redun_and_python_are_those_of_this_checkout(redun_environment: dict[str, str], tmp_path: Path):
    document = tmp_path / "document.md"
    document.write_text(fenced("console", "$ python -c 'import sys; print(sys.prefix)'", sys.prefix))
    set_stage(document, tmp_path / "stage", redun_environment, tmp_path / "examples").perform()
