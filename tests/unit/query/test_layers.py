"""The layered layout: columns, orders, heights."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from redo_py.query.layers import Layers, columns_of, rising


def test_nothing_to_lay_out():
    layers = Layers(0, [])
    assert layers.columns == []
    assert layers.heights([], 10.0) == []


def test_every_edge_leads_to_the_right():
    edges = [(0, 1), (1, 2), (0, 2), (3, 2)]
    assert columns_of(4, edges) == [0, 1, 2, 1]  # 3 stands beside what uses it, not at the far left


def test_a_long_edge_bends_once_in_each_column_that_it_passes():
    layers = Layers(3, [(0, 1), (1, 2), (0, 2)])
    first, bend, last = layers.chains[0, 2]
    assert (first, last) == (0, 2)
    assert bend >= layers.count
    assert layers.column[bend] == 1


def test_crossings_are_counted():
    layers = Layers(4, [(0, 2), (1, 3)])
    layers.columns = [[0, 1], [3, 2]]
    assert layers.crossings() == 1
    layers.columns = [[0, 1], [2, 3]]
    assert layers.crossings() == 0


def test_crossings_that_need_not_be_are_undone():
    edges = [(number, 9 - number) for number in range(5)]  # written in the wrong order
    assert Layers(10, edges).crossings() == 0


def test_the_same_graph_is_always_drawn_alike():
    edges = scattered(60, 1)
    assert Layers(60, edges).columns == Layers(60, edges).columns


@pytest.mark.parametrize("seed", range(4))
def test_boxes_of_a_column_never_touch(seed: int):
    layers = Layers(80, scattered(80, seed))
    sizes = [20.0 + number % 3 * 10 for number in range(80)]
    heights = layers.heights(sizes, 8.0)
    for points in layers.columns:
        nodes = [point for point in points if point < 80]
        for above, below in pairwise(nodes):
            assert heights[below] - heights[above] >= (sizes[above] + sizes[below]) / 2 + 8.0 - 1e-6


def test_a_chain_is_drawn_level():
    heights = Layers(5, [(number, number + 1) for number in range(4)]).heights([20.0] * 5, 8.0)
    assert max(heights) - min(heights) < 1e-9


def test_a_long_chain():
    layers = Layers(20_000, [(number, number + 1) for number in range(19_999)])
    assert len(layers.columns) == 20_000
    assert len(layers.heights([20.0] * 20_000, 8.0)) == 20_000


def test_edges_that_would_bend_too_often_are_straight():
    edges = [(number, number + 1) for number in range(999)] + [(number, 999) for number in range(300)]
    layers = Layers(1000, edges)
    assert layers.chains[0, 999] == [0, 999]
    assert len(layers.heights([20.0] * 1000, 8.0)) == 1000


def test_rising_is_the_nearest_sequence_that_never_falls():
    assert rising([(1.0, 1.0), (2.0, 1.0)]) == [1.0, 2.0]
    assert rising([(3.0, 1.0), (1.0, 1.0)]) == [2.0, 2.0]
    assert rising([(4.0, 3.0), (0.0, 1.0), (5.0, 1.0)]) == [3.0, 3.0, 5.0]
    assert rising([]) == []


def scattered(count: int, seed: int) -> list[tuple[int, int]]:
    """Edges between nodes of a graph without cycles, each edge once."""
    dice = random.Random(seed)
    found = {(dice.randrange(max(0, user - 20), user), user) for user in range(1, count) for _ in range(2)}
    return sorted(found)
