"""The pictures of the documents show what the engine does today, and every one of them is shown somewhere."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from redo_py.query.graph import Graph
from tests.docs.pictures import FOLDER, pictures
from tests.docs.reduction import Example

PICTURES = dict(pictures())


def outcomes(example: Example) -> dict[str, int]:
    """How many jobs of the last execution ended how."""
    return dict(Counter(job.outcome for job in example.execution.frontier.jobs))


def told(graph: Graph) -> list[str]:
    """What a picture shows, from left to right as far as one goes into the other."""
    return sorted(f"{node.name} {node.rule}".strip() for node in graph.nodes)


def test_the_folder_holds_the_pictures_and_nothing_else():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(PICTURES)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_up_to_date(name: str):
    assert (FOLDER / name).read_text() == PICTURES[name], "`python -m tests.docs.pictures` makes it"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_well_formed(name: str):
    assert ET.fromstring(PICTURES[name]).tag == "{http://www.w3.org/2000/svg}svg"


def test_every_picture_is_shown():
    pages = "".join(path.read_text() for path in FOLDER.parent.glob("*.md"))
    assert [name for name in PICTURES if f"](pictures/{name})" not in pages] == []


def test_the_numbers_that_the_page_tells():
    example = Example()
    example.build()
    assert outcomes(example) == {"ran": 8, "joined": 1}
    example.files.write("lib.c", b"edited")
    example.build()
    assert outcomes(example) == {"ran": 6, "cached": 2, "joined": 1}


def test_the_steps_of_the_reduction():
    example = Example()
    assert example.build().value == example.execution.frontier.jobs[0].value
    assert [told(graph) for graph in example.pictures] == [
        ["lib.c", "make(...) running", "prog.c", "prog2.c"],
        ["lib.c", "make_prog('prog', ...) running", "make_prog('prog2', ...) running", "prog.c", "prog2.c"],
        ["compile(lib.c) running", "compile(prog.c) running", "compile(prog2.c) running", "lib.c",
         "link('prog', ...) waiting", "link('prog2', ...) waiting", "prog.c", "prog2.c"],
        ["lib.o", "link('prog', ...) running", "link('prog2', ...) running", "prog.o", "prog2.o"],
        ["prog", "prog2"],
    ]  # fmt: skip
