"""Smaller graphs from large ones."""

from __future__ import annotations

from redo_py.query.graph import CONTENT, DISCOVERED, FILE, GROUP, ORDER, RULE, SOURCE, Graph, Node, worst
from redo_py.query.reducing import acyclic, by_rule, ends, folded, near, part, stacked


def library(objects: int = 6) -> Graph:
    """Sources, their objects, and a program made of them."""
    graph = Graph()
    program = graph.add(Node(RULE, "app", "link"))
    app = graph.add(Node(FILE, "app"))
    graph.connect(program, app)
    for number in range(objects):
        step = graph.add(Node(RULE, f"o/{number}.o", "cc"))
        graph.nodes[step].state = "cached"
        graph.nodes[step].seconds = 0.5
        made = graph.add(Node(FILE, f"o/{number}.o"))
        source = graph.add(Node(SOURCE, f"s/{number}.c"))
        graph.connect(source, step)
        graph.connect(step, made)
        graph.connect(made, program)
    return graph


def names(graph: Graph) -> list[str]:
    return sorted(node.name for node in graph.nodes)


def arrows(graph: Graph) -> list[tuple[str, str]]:
    return sorted((graph.nodes[used].name, graph.nodes[user].name) for used, user in graph.edges)


def test_the_stronger_of_two_kinds_stays():
    graph = Graph()
    graph.add(Node(SOURCE, "a"))
    graph.add(Node(RULE, "b"))
    for kind, stays in ((DISCOVERED, DISCOVERED), (ORDER, ORDER), (DISCOVERED, ORDER), (CONTENT, CONTENT),
                        (ORDER, CONTENT)):  # fmt: skip
        graph.connect(0, 1, kind)
        assert graph.edges == {(0, 1): stays}


def test_order_is_from_sources_to_ends():
    graph = library(2)
    place = {number: at for at, number in enumerate(graph.in_order())}
    assert len(place) == len(graph.nodes)
    assert all(place[used] < place[user] for used, user in graph.edges)


def test_worst_state():
    assert worst(["cached", "failed", "ran"]) == "failed"
    assert worst(["", "new"]) == "new"
    assert worst([]) == ""


def test_files_fold_into_what_makes_them():
    graph = folded(library(1))
    assert arrows(graph) == [("o/0.o", "app"), ("s/0.c", "o/0.o")]
    assert [node.kind for node in graph.nodes if node.name == "app"] == [RULE]


def test_near_things_only():
    graph = library(2)
    assert names(near(graph, [1], 0)) == ["app", "app"]
    assert names(near(graph, [1], 1)) == ["app", "app", "o/0.o", "o/0.o", "o/1.o", "o/1.o"]
    assert len(near(graph, [1], 99).nodes) == len(graph.nodes)


def test_ends_and_parts():
    graph = library(1)
    assert ends(graph) == [1]
    assert arrows(part(graph, [0, 1])) == [("app", "app")]


def test_one_node_for_a_rule():
    graph = by_rule(library())
    assert arrows(graph) == [("cc", "app")]
    stack = next(node for node in graph.nodes if node.name == "cc")
    assert (stack.count, stack.state, stack.seconds) == (6, "cached", 3.0)


def test_rules_that_take_turns_do_not_go_round():
    graph = Graph()
    for number in range(6):
        graph.add(Node(RULE, f"x{number}", f"r{number % 2}", "redunfile.py:1"))
    for number in range(5):
        graph.connect(number, number + 1)
    small = by_rule(graph)
    assert len(small.nodes) == 2
    assert arrows(small) == [("r0", "r1")]


def test_a_graph_without_cycle_stays_as_it_is():
    graph = library(3)
    assert acyclic(graph).edges == graph.edges


def test_alike_nodes_are_stacked_from_the_ends_backwards():
    graph = stacked(folded(library(6)))
    assert arrows(graph) == [("o/*.o", "app"), ("s/*.c", "o/*.o")]
    assert {node.name: node.count for node in graph.nodes} == {"app": 1, "o/*.o": 6, "s/*.c": 6}


def test_few_are_not_stacked():
    assert len(stacked(folded(library(4))).nodes) == 9


def test_parts_of_different_libraries_are_not_one_stack():
    graph = Graph()
    for library_number in range(2):
        made = graph.add(Node(RULE, f"lib{library_number}.a", "ar"))
        for number in range(5):
            graph.connect(graph.add(Node(RULE, f"{library_number}/{number}.o", "cc")), made)
    assert arrows(stacked(graph)) == [("0/*.o", "lib0.a"), ("1/*.o", "lib1.a")]


def test_groups_and_ends_are_never_stacked():
    graph = Graph()
    for number in range(7):
        graph.add(Node(GROUP if number % 2 else RULE, f"n{number}", "r"))
    assert len(stacked(graph).nodes) == 7


def test_a_name_that_is_the_beginning_of_another():
    graph = Graph()
    end = graph.add(Node(RULE, "all", "all"))
    for number in range(5):
        graph.connect(graph.add(Node(SOURCE, "a" * (number + 1))), end)
    assert "a*" in names(stacked(graph))
