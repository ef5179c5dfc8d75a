"""Tables of Spark that a task returns, as datasets that are known by what they hold.

A table is written as Parquet and put where the digest of its manifest says: the names of its files without what makes
them unique, their sizes and their digests. So the same table is the same dataset, whichever code has made it, and what
rests on it need not run again.
"""

from __future__ import annotations

import os

from redo_py.ground import hashing
from redo_py.ground.errors import RunError
from redo_py.library.parquet import settle_footers
from redo_py.library.sharded import ShardedS3Dataset, move_folder
from redo_py.remote.api.spark import spark_path
from redo_py.values.encoding import encode
from redo_py.values.filing import filing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WRITING = "writing"  # the folder beside the datasets in which they are written
RANDOM = 8  # bytes in the name of one that is being written


def kept_table(table: Any, folder: str) -> ShardedS3Dataset:
    """`table`, a DataFrame, as a dataset below `folder`. Raises what Spark raises, OSError, and RunError if it was
    written where this machine does not see it."""
    top = folder.rstrip("/")
    draft = f"{top}/{WRITING}/{os.urandom(RANDOM).hex()}"
    try:
        table.write.parquet(spark_path(draft))
        files = ShardedS3Dataset(draft).files
        if not files:
            raise RunError("spark-unseen", path=top)
        settle_footers(files)
        return put_in_place(draft, top)
    finally:
        filing().remove_folder(draft, True)


def put_in_place(draft: str, top: str) -> ShardedS3Dataset:
    """The dataset at `draft`, where it belongs below `top`. One that is there already stays, unless it was changed."""
    digest = manifest_digest(ShardedS3Dataset(draft))
    made = ShardedS3Dataset(f"{top}/{digest}")
    if filing().is_folder(made.path) and manifest_digest(made) != digest:
        filing().remove_folder(made.path, True)
    if not filing().is_folder(made.path):
        try:
            move_folder(draft, made.path)
        except OSError:  # another driver may have put the same table there meanwhile
            if manifest_digest(made) != digest:
                raise
    return made


def manifest_digest(dataset: ShardedS3Dataset) -> str:
    """What tells the contents of `dataset` from others, wherever they lie."""
    manifest = tuple((name, size, bytes.fromhex(content)) for name, size, content in dataset.manifest())
    return hashing.digest(hashing.VALUE, encode(manifest)).hex()
