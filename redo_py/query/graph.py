"""The graph that is shown to people and programs: what there is, and what goes into what."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE, FILE, RULE, CHECK, ACTION, VALUE, TASK, GROUP = (
    "source", "file", "rule", "check", "action", "value", "task", "group",
)  # fmt: skip
CONTENT, ORDER, DISCOVERED = "content", "order", "discovered"  # kinds of edges; of two between the same nodes the first

GENERATOR = b'<meta name="generator" content="redun graph">'  # what tells our pages from others
FORMATS = ("dot", "mermaid", "json", "html")  # in which it can be written

STATES = ("failed", "ran", "restored", "cached", "earlier", "new")  # of a step, what needs attention first


class Node:
    """Something in the graph. Its place in `Graph.nodes` is its number."""

    __slots__ = ("commands", "count", "doc", "files", "kind", "members", "name", "place", "reason", "rule", "seconds",
                 "state", "when")  # fmt: skip

    def __init__(self, kind: str, name: str, rule: str = "", place: str = "", doc: str = "") -> None:
        self.kind = kind  # one of the words above
        self.name = name  # the path of a file, what a step is asked for, the name of anything else
        self.rule = rule  # of a step: the rule, check, action, value or task that it is an instance of
        self.place = place  # of a step: "file:line" of its declaration
        self.doc = doc  # its first line
        self.commands: tuple[str, ...] = ()  # of a step: what it runs, as far as that is known before it runs
        self.files: tuple[str, ...] = ()  # of a step: what it makes
        self.members: tuple[Node, ...] = ()  # what this node stands for, if it stands for several
        self.count = 1  # how many those are
        self.state = ""  # of a step, as of the last build: one of STATES, or "" when nothing is known
        self.reason = ""  # why it last ran
        self.seconds: float | None = None  # how long that took
        self.when: float | None = None  # when that began, in seconds since the epoch

    @property
    def is_step(self) -> bool:
        """Whether it is something that runs."""
        return self.kind not in (SOURCE, FILE, GROUP)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class Graph:
    """Nodes, and edges from what is used to what uses it. There is no cycle."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: dict[tuple[int, int], str] = {}  # (number, number) -> kind

    def add(self, node: Node) -> int:
        """Add `node`; its number."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def connect(self, used: int, user: int, kind: str = CONTENT) -> None:
        """`used` goes into `user`. Of two kinds the stronger one stays."""
        known = self.edges.get((used, user))
        if known is None or (kind == CONTENT and known != CONTENT) or (kind == ORDER and known == DISCOVERED):
            self.edges[used, user] = kind

    def users(self) -> list[list[int]]:
        """For each node the numbers of those that it goes into, in the order of the edges."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for used, user in self.edges:
            found[used].append(user)
        return found

    def used(self) -> list[list[int]]:
        """For each node the numbers of those that go into it, in the order of the edges."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for used, user in self.edges:
            found[user].append(used)
        return found

    def in_order(self) -> Iterator[int]:
        """The numbers of all nodes, each after all that goes into it; what is on a cycle is left out."""
        users = self.users()
        waiting = [len(each) for each in self.used()]
        ready = [number for number, count in enumerate(waiting) if not count]
        for number in ready:  # grows meanwhile
            yield number
            for user in users[number]:
                waiting[user] -= 1
                if not waiting[user]:
                    ready.append(user)


def worst(states: list[str]) -> str:
    """Of the states of several steps the one that says most; "" if nothing is known of any."""
    known = [state for state in states if state]
    return min(known, key=STATES.index) if known else ""
