"""Graphs as text for other programs and as a page: whatever names hold, the text is well-formed."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from redo_py.query.dot import as_dot, quoted
from redo_py.query.graph import CHECK, DISCOVERED, FILE, GROUP, ORDER, RULE, SOURCE, TASK, Graph, Node
from redo_py.query.mermaid import as_mermaid, escaped
from redo_py.query.naming import printable
from redo_py.query.objects import as_json
from redo_py.query.page import as_page, boxes
from redo_py.query.svg import Picture, as_svg, duration, shortened

ODD = [
    'a "b".c',
    "new\nline",
    "</script><b>",
    "tab\tbell\a",
    "\udcff\udc80",
    "{x}|y;#z`",
    "a&amp;b",
    "-->",
    "ÄÖ 日本",
    "\\n",
]


def small(name: str = "out/x.o") -> Graph:
    graph = Graph()
    source = graph.add(Node(SOURCE, "x.c"))
    header = graph.add(Node(SOURCE, "x.h"))
    step = graph.add(Node(RULE, name, "cc", "redunfile.py:3", "Compile."))
    made = graph.add(Node(FILE, name))
    check = graph.add(Node(CHECK, "test", "test"))
    everything = graph.add(Node(GROUP, "all"))
    graph.connect(source, step)
    graph.connect(header, step, DISCOVERED)
    graph.connect(step, made)
    graph.connect(made, check)
    graph.connect(check, everything, ORDER)
    graph.nodes[step].commands = (f"cc -c x.c -o '{name}'",)
    graph.nodes[step].state = "failed"
    return graph


def test_dot():
    assert "".join(as_dot(small())).splitlines()[4:] == [
        '  n0 [label="x.c" shape=note style=filled fillcolor="#f4f1e8"];',
        '  n1 [label="x.h" shape=note style=filled fillcolor="#f4f1e8"];',
        '  n2 [label="out/x.o\\ncc" shape=box style="rounded,filled" fillcolor="#dfeaf7"];',
        '  n3 [label="out/x.o" shape=note style=filled fillcolor="#ffffff"];',
        '  n4 [label="test\\ncheck" shape=hexagon style=filled fillcolor="#e2f3e2"];',
        '  n5 [label="all" shape=folder];',
        "  n0 -> n2;",
        "  n1 -> n2 [style=dashed];",
        "  n2 -> n3;",
        "  n3 -> n4;",
        "  n4 -> n5 [style=dotted arrowhead=empty];",
        "}",
    ]


def test_mermaid():
    assert "".join(as_mermaid(small())) == (
        "flowchart LR\n"
        '  n0[/"x.c"/]\n'
        '  n1[/"x.h"/]\n'
        '  n2("out/x.o<br>cc")\n'
        '  n3["out/x.o"]\n'
        '  n4{{"test<br>check"}}\n'
        '  n5(("all"))\n'
        "  n0 --> n2\n"
        "  n1 -.-> n2\n"
        "  n2 --> n3\n"
        "  n3 --> n4\n"
        "  n4 -. after .-> n5\n"
    )


def test_json():
    content = json.loads("".join(as_json(small())))
    assert content["nodes"][2] == {
        "id": 2, "kind": "rule", "name": "out/x.o", "rule": "cc", "place": "redunfile.py:3", "doc": "Compile.",
        "commands": ["cc -c x.c -o 'out/x.o'"], "state": "failed",
    }  # fmt: skip
    assert content["edges"][1] == {"from": 1, "to": 2, "kind": "discovered"}


def test_an_empty_graph():
    assert json.loads("".join(as_json(Graph()))) == {"nodes": [], "edges": []}
    assert "".join(as_dot(Graph())).endswith("}\n")
    assert "".join(as_mermaid(Graph())) == "flowchart LR\n"
    assert "<svg" in "".join(as_page(boxes(Graph()), "empty", ""))


@pytest.mark.parametrize("name", ODD)
def test_odd_names_in_every_format(name: str):
    graph = small(name)
    assert json.loads("".join(as_json(graph)))["nodes"][2]["name"] == name
    for line in "".join(as_mermaid(graph)).splitlines()[1:]:
        assert re.fullmatch(r'  n\d+[\[({/>]+"[^"`&\\{}|]*"[\])}/]+|  n\d+ (-->|-\.->|-\. after \.->) n\d+', line)
    for line in "".join(as_dot(graph)).splitlines()[4:-1]:
        assert re.fullmatch(r'  n\d+ (\[label="([^"\\]|\\.)*" .*\]|-> n\d+.*);', line)
    page = "".join(as_page(boxes(graph), name, name))
    page.encode()  # no half characters
    ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    facts = json.loads(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert len(facts) == 5
    assert facts[2]["name"].replace("\\n", "\n") == printable(name).replace("\\n", "\n")


def test_quoting():
    assert quoted('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'
    assert escaped("a#b<c") == "a#35;b#60;c"
    assert printable("a\udcff\x1b[0m\n") == "a\\xff\\x1b[0m\\n"


def test_a_page_asks_nothing_of_a_network():
    page = "".join(as_page(boxes(small()), "project", "all"))
    asks = re.findall(r'(?:src|href)=|url\(|@import|fetch\(|https?://[^"\s]*', page)
    assert asks == ["http://www.w3.org/2000/svg"]  # the name of a language, not a place


def test_a_page_is_well_formed():
    class Checker(HTMLParser):
        """Remembers what is open."""

        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "input", "rect", "path"):
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    checker = Checker()
    checker.feed("".join(as_page(boxes(small()), "project", "")))
    checker.close()
    assert checker.open == []


def test_a_page_tells_states_and_counts():
    page = "".join(as_page(boxes(small()), "project", ""))
    assert 'class="step rule failed"' in page
    assert '<i class="failed"></i>failed <b>1</b>' in page
    assert 'class="discovered" data-edge="1 2"' in page


def test_many_alike_boxes_of_a_page_are_stacks():
    graph = Graph()
    end = graph.add(Node(RULE, "app", "link"))
    for number in range(300):
        graph.connect(graph.add(Node(RULE, f"o/{number}.o", "cc")), end)
    page = "".join(as_page(boxes(graph), "project", ""))
    assert "cc × 300" in page
    assert page.count('class="behind"') == 2
    assert '"o/299.o"' in page  # found by the search


def test_boxes_hold_their_texts():
    graph = Graph()
    graph.add(Node(TASK, "x" * 200, "y" * 200))
    picture = Picture(graph)
    (box,) = picture.boxes
    assert len(box.name) == 36
    assert box.width >= 36 * 7
    assert picture.width > box.width
    assert "…" in "".join(as_svg(picture))


def test_shortened_keeps_both_ends():
    assert shortened("short") == "short"
    assert shortened("abcdefghijkl", 9) == "abc…hijkl"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.0, "0 ms"), (0.0404, "40 ms"), (0.9999, "1.0 s"), (1.26, "1.3 s"), (125, "2 min 5 s"),
     (7265, "2 h 1 min")],
)  # fmt: skip
def test_durations(seconds: float | None, text: str):
    assert duration(seconds) == text
