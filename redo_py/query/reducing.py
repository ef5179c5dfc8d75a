"""Smaller graphs from large ones: near things only, one node for a rule, files folded into what makes them."""

from __future__ import annotations

from redo_py.query.graph import FILE, GROUP, ORDER, SOURCE, Graph, Node, worst

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

FEWEST = 5  # alike nodes that are worth a stack


def merged(graph: Graph, key: Callable[[int], Hashable], make: Callable[[list[Node]], Node]) -> Graph:
    """`graph` with one node for all those of the same key. What it stands for is made by `make`; edges inside go."""
    parts: dict[Hashable, list[int]] = {}
    for number in range(len(graph.nodes)):
        parts.setdefault(key(number), []).append(number)
    small = Graph()
    place: dict[int, int] = {}
    for numbers in parts.values():
        nodes = [graph.nodes[number] for number in numbers]
        new = small.add(nodes[0] if len(nodes) == 1 else make(nodes))
        place.update(dict.fromkeys(numbers, new))
    for (used, user), kind in graph.edges.items():
        if place[used] != place[user]:
            small.connect(place[used], place[user], kind)
    return small


def near(graph: Graph, roots: Iterable[int], depth: int) -> Graph:
    """What is at most `depth` edges before the nodes `roots`, and they themselves. A file and what makes it are one:
    the edge between them does not count."""
    used = graph.used()
    kept: set[int] = set()
    level = set(roots)
    for _ in range(depth + 1):
        for number in (ready := list(level - kept)):  # grows meanwhile
            kept.add(number)
            ready += used[number] if graph.nodes[number].kind == FILE else ()
        level = {each for number in ready for each in used[number]}
    return part(graph, sorted(kept))


def rules_of(graph: Graph, small: Graph, numbers: Iterable[int]) -> list[int]:
    """What in `small`, which is `graph` by rules, stands for the nodes `numbers` of `graph`, or what makes them."""
    used = graph.used()
    steps = [each for number in numbers for each in (used[number] if graph.nodes[number].kind == FILE else [number])]
    wanted = {id(graph.nodes[each]) for each in steps}
    return [
        number
        for number, node in enumerate(small.nodes)
        if id(node) in wanted or any(id(member) in wanted for member in node.members)
    ]


def part(graph: Graph, numbers: Sequence[int]) -> Graph:
    """The nodes `numbers` of `graph` with the edges between them."""
    small = Graph()
    place = {number: small.add(graph.nodes[number]) for number in numbers}
    for (used, user), kind in graph.edges.items():
        if used in place and user in place:
            small.connect(place[used], place[user], kind)
    return small


def ends(graph: Graph) -> list[int]:
    """The nodes that go into nothing."""
    return [number for number, users in enumerate(graph.users()) if not users]


def folded(graph: Graph) -> Graph:
    """`graph` without the nodes of files that a step makes: what uses the file uses the step."""
    makers = {user: used for (used, user) in graph.edges if graph.nodes[user].kind == FILE}
    small = Graph()
    place = {number: small.add(node) for number, node in enumerate(graph.nodes) if number not in makers}
    for (used, user), kind in graph.edges.items():
        if user not in makers:
            small.connect(place[makers.get(used, used)], place[user], kind)
    return small


def by_rule(graph: Graph) -> Graph:
    """One node for all instances of a rule; files are left out, sources too. A rule that uses what it makes, as one
    from `x` to `x.gz` may, has no edge to itself."""
    steps = folded(graph)
    kept = part(steps, [number for number, node in enumerate(steps.nodes) if node.kind != SOURCE])
    return acyclic(merged(kept, lambda number: _rule_key(kept.nodes[number]), _rule_node))


def _rule_key(node: Node) -> Hashable:
    return (node.kind, node.rule or node.name, node.place)


def _rule_node(nodes: list[Node]) -> Node:
    first = nodes[0]
    return standing_for(Node(first.kind, first.rule, first.rule, first.place, first.doc), nodes)


def standing_for(node: Node, nodes: list[Node]) -> Node:
    """`node`, made to stand for `nodes`."""
    node.members = tuple(nodes)
    node.count = len(nodes)
    node.state = worst([each.state for each in nodes])
    known = [each.seconds for each in nodes if each.seconds is not None]
    node.seconds = sum(known) if known else None
    return node


def acyclic(graph: Graph) -> Graph:
    """`graph` without the edges that lead back when it is walked from its first node on: two rules that take turns in
    one chain would go round in a circle."""
    users = graph.users()
    state = [0] * len(graph.nodes)  # 1 on the way, 2 left behind
    back: set[tuple[int, int]] = set()
    for root in range(len(graph.nodes)):
        stack = [] if state[root] else [(root, iter(users[root]))]
        state[root] = state[root] or 1
        while stack:
            number, rest = stack[-1]
            user = next(rest, None)
            if user is None:
                state[number] = 2
                stack.pop()
            elif state[user] == 1:
                back.add((number, user))
            elif not state[user]:
                state[user] = 1
                stack.append((user, iter(users[user])))
    straight = Graph()
    straight.nodes = graph.nodes
    straight.edges = {edge: kind for edge, kind in graph.edges.items() if edge not in back}
    return straight


def stacked(graph: Graph, fewest: int = FEWEST) -> Graph:
    """`graph` with one node for each `fewest` or more that are of one rule and go into the same nodes.

    Alike are found from the ends backwards: objects of one library first, then the sources of those objects. As a node
    is told by the stacks that it goes into, no stack can go into itself.
    """
    users = graph.users()
    stacks: dict[int, Hashable] = {}  # number of a node -> its stack, or the number when it stands alone
    for numbers in _by_height(graph, users):
        alike: dict[Hashable, list[int]] = {}
        for number in numbers:
            goes = frozenset((stacks[user], graph.edges[number, user] == ORDER) for user in users[number])
            node = graph.nodes[number]
            can_be = node.kind != GROUP and users[number]
            alike.setdefault((node.kind, node.rule, goes) if can_be else number, []).append(number)
        for members in alike.values():
            is_stack = len(members) >= fewest
            stacks.update((number, ("stack", members[0]) if is_stack else number) for number in members)
    return merged(graph, stacks.__getitem__, _stack_node)


def _by_height(graph: Graph, users: list[list[int]]) -> list[list[int]]:
    """The nodes that go into nothing, those that go only into them, and so on; nodes that are alike are together."""
    height: dict[int, int] = {}
    levels: list[list[int]] = []
    for number in reversed(list(graph.in_order())):
        height[number] = max((height[user] + 1 for user in users[number]), default=0)
        levels += [[]] if height[number] == len(levels) else []
        levels[height[number]].append(number)
    return levels


def _stack_node(nodes: list[Node]) -> Node:
    first = nodes[0]
    name = _pattern([node.name for node in nodes])
    return standing_for(Node(first.kind, name, first.rule, first.place, first.doc), nodes)


def _pattern(names: list[str]) -> str:
    """What all of `names` begin and end with, a star between."""
    low, high = min(names), max(names)
    start = 0
    while start < len(low) and low[start] == high[start]:
        start += 1
    turned = [name[start:][::-1] for name in names]
    low, high = min(turned), max(turned)
    end = 0
    while end < min(len(low), len(high)) and low[end] == high[end]:
        end += 1
    return f"{names[0][:start]}*{low[:end][::-1]}"
