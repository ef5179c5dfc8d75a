"""Contents that are stored once, and the integers that stand for them.

What was met is kept in mind, up to REMEMBERED of each table, oldest out first. Other processes may add rows at any
time: that never changes the integer of a content. Rows are removed only by a collector, which raises `generation` in
`meta` and never removes the row with the greatest integer, so that no integer comes to mean something else.
"""

from __future__ import annotations

from itertools import chain, islice
from operator import itemgetter

from redo_py.store.damage import Damage
from redo_py.store.inserting import Insertion
from redo_py.store.texts import as_cell, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any

# About 14 MB; less would be forgotten between the question whether a call is known and the record that it was used.
REMEMBERED = 65_536
FEW = 8  # contents of which it is told whether the others are in the table
FIRST = itemgetter(0)  # of a row
GREATEST = 2**60  # no table grows so far; SQLite's own limit is 2**63
# Lists in SQL have one of these lengths, so that few statements are ever prepared; the last item is repeated to fill.
CHUNKS = (1, 8, 32, 128, 256, 512)
PAIRS = CHUNKS[:-1]  # two parameters each; old versions of SQLite take 999

NAMES = Insertion("INSERT INTO name", 2, "ON CONFLICT(name) DO NOTHING")


class Interned:
    """The contents of one table (`digest` or `name`) and their integers. None stands for itself."""

    __slots__ = ("_absent", "_fresh", "_insert", "_layers", "_most", "_table", "contents", "ids")

    def __init__(
        self,
        table: str,
        insert: Callable[[Connection, range, list[Any]], int],
        layers: Sequence[str] = (),
        most: int = REMEMBERED,
    ) -> None:
        self._table = table
        self._layers = layers or (table,)  # the tables that have contents by what they are; new ones go to the first
        self._insert = insert  # puts new cells under new integers, and says how many were new to the first layer indeed
        self._most = most  # contents to have in mind
        self._absent: set[Any] = set()  # contents that were looked for, and are in no later layer
        self._fresh: list[Any] = []  # contents whose integers rest on a transaction that has not ended yet
        self.ids: dict[Any, int | None] = {None: None}
        self.contents: dict[int | None, Any] = {None: None}

    def find(self, connection: Connection, wanted: Collection[Any]) -> None:
        """Bring to mind the integers of those of `wanted` that have one."""
        self._absent.update(self._find_in(connection, self._layers, wanted))

    def _find_in(self, connection: Connection, layers: Sequence[str], wanted: Collection[Any]) -> list[Any]:
        """The same for what is in one of `layers`; those that are in none."""
        unknown = self._unknown(wanted)
        for layer in layers:
            if not unknown or (layer != self._layers[0] and is_empty(connection, layer)):
                break
            query = f"SELECT {self._table}, id FROM {layer} WHERE {self._table} IN"
            if self._table == "digest":  # in order, so that each page of the index is met once
                rows = list(select_in(connection, query, sorted(unknown)))
            else:
                contents = {as_cell(content): content for content in unknown}
                rows = [(contents.get(cell), number) for cell, number in select_in(connection, query, list(contents))]
            if not set(unknown).issuperset(map(FIRST, rows)):
                raise Damage(f"the index of {self._table} is out of order")
            if rows:
                self.learn(rows)
                unknown = self._unknown(unknown)
        return unknown

    def add(self, connection: Connection, wanted: Iterable[Any]) -> None:
        """Give each of `wanted` an integer and bring it to mind; must be inside a writing transaction."""
        unknown = self._unknown(wanted)
        if len(unknown) > FEW:
            unknown = self._left_unknown(connection, unknown)
        self._find_in(connection, self._layers[1:], [content for content in unknown if content not in self._absent])
        self._absent.clear()
        unknown = self._unknown(unknown)
        if not unknown:
            return
        ((last,),) = connection.execute(f"SELECT coalesce(max(id), 0) FROM {self._table}")
        if last > GREATEST:
            raise Damage(f"a {self._table} has an impossible number")
        numbers = range(last + 1, last + 1 + len(unknown))
        self._fresh = unknown
        cells = unknown if self._table == "digest" else list(map(as_cell, unknown))
        if self._insert(connection, numbers, cells) < len(unknown):
            self._find_in(connection, self._layers[:1], unknown)  # another process knew some of them
            return
        self.ids.update(zip(unknown, numbers, strict=True))
        self.contents.update(zip(numbers, unknown, strict=True))

    def _unknown(self, wanted: Iterable[Any]) -> list[Any]:
        """Those of `wanted` whose integers are not in mind."""
        ids = self.ids
        return [content for content in wanted if content not in ids]

    def _left_unknown(self, connection: Connection, unknown: list[Any]) -> list[Any]:
        """Those of `unknown` that have no integer in the first layer. What is written again has most of them there, and
        to find them costs half of what it costs to have them refused; so the first ones tell whether to look for the
        others."""
        first = self._layers[:1]
        if len(self._find_in(connection, first, unknown[:FEW])) == FEW:
            return unknown
        return self._find_in(connection, first, unknown)

    def recall(self, connection: Connection, numbers: set[int]) -> None:
        """Bring to mind the contents that `numbers` stand for. Raises Damage when one stands for nothing."""
        contents = self.contents
        unknown = [number for number in numbers if number not in contents]
        if not unknown:
            return
        rows = list(select_in(connection, f"SELECT {self._table}, id FROM {self._table} WHERE id IN", unknown))
        self.learn(rows if self._table == "digest" else [(as_text(cell), number) for cell, number in rows])
        if any(number not in contents for number in unknown):
            raise Damage(f"a {self._table} is missing")

    def keep(self) -> None:
        """The transaction of the last `add` was committed."""
        self._fresh = []

    def make_room(self) -> None:
        """Forget the older half if there is too much in mind; must not come between `find` or `add` and their use."""
        if len(self.ids) > self._most:
            self._reset(dict(islice(self.ids.items(), len(self.ids) // 2, None)))
        if len(self._absent) > self._most:
            self._absent.clear()

    def forget(self) -> None:
        """The transaction of the last `add` was rolled back."""
        for content in self._fresh:
            self.contents.pop(self.ids.pop(content, None) or 0, None)
        self._fresh = []

    def clear(self) -> None:
        """Forget everything: a collector was here."""
        self._absent.clear()
        self._reset({})

    def doubt_absence(self) -> None:
        """Later layers may have what they did not have: look again."""
        self._absent.clear()

    def _reset(self, ids: dict[Any, int | None]) -> None:
        self.ids = {None: None, **ids}
        self.contents = {number: content for content, number in self.ids.items()}

    def learn(self, rows: Iterable[tuple[Any, int]]) -> None:
        """Bring to mind contents with their integers."""
        ids = dict(rows)
        self.ids.update(ids)
        self.contents.update(zip(ids.values(), ids, strict=True))


def insert_names(connection: Connection, numbers: range, names: list[str | bytes]) -> int:
    """Store `names` under `numbers`, leaving out those stored already; how many were not."""
    return NAMES.execute(connection, (numbers, names))


def is_empty(connection: Connection, table: str) -> bool:
    """Whether `table` has no rows."""
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None


def select_in(connection: Connection, query: str, items: Sequence[Any], rest: str = "") -> Iterator[Any]:
    """The rows of `query`, which ends with IN, for all of `items`, with `rest` after each list."""
    for chunk in chunks(items):
        yield from connection.execute(f"{query} ({','.join('?' * len(chunk))}) {rest}", chunk).fetchall()


def select_pairs(connection: Connection, query: str, pairs: Sequence[tuple[int, int]]) -> Iterator[Any]:
    """The rows of `query`, which reads what is `wanted`, for all (origin, number) of `pairs`."""
    for chunk in chunks(pairs, PAIRS):
        wanted = f"WITH wanted(origin, number) AS (VALUES {','.join(['(?,?)'] * len(chunk))})"
        yield from connection.execute(f"{wanted} {query}", [*chain.from_iterable(chunk)]).fetchall()


def chunks(items: Sequence[Any], lengths: tuple[int, ...] = CHUNKS) -> Iterator[Sequence[Any]]:
    """`items` in pieces whose lengths are all of `lengths`; the last one may hold its last item several times."""
    for start in range(0, len(items), lengths[-1]):
        piece = items[start : start + lengths[-1]]
        length = next(length for length in lengths if length >= len(piece))
        yield piece if length == len(piece) else [*piece, *[piece[-1]] * (length - len(piece))]
