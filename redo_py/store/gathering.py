"""Records by table, whichever way they come."""

from __future__ import annotations

from redo_py.records import LEDGER, UNLEDGER, Buffer
from redo_py.store.misfits import refuse_misfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.records import Record


def gather(records: Buffer | Sequence[Record]) -> Buffer:
    """`records` by table, of those about one path of the ledger only the last one. Raises ValueError for one that does
    not fit its table; what is gathered already is not looked at."""
    if isinstance(records, Buffer):
        return records
    gathered = Buffer()
    for table, row in records:
        refuse_misfit(table, row)
        gathered[table] += row
    if UNLEDGER in gathered:
        last = {row[0]: (table, row) for table, row in records if table is LEDGER or table is UNLEDGER}
        gathered.pop(LEDGER, None)
        del gathered[UNLEDGER]
        for table, row in last.values():
            gathered[table] += row
    return gathered
