"""ShardedDataset: a table in several files of one format below a path, on any file system.

It is identified by the names and contents of its shards; the UUID that Spark puts into the names does not count. It is
read and written by pandas anywhere, and by Spark in tasks that run there. `ShardedS3Dataset` is its name in redun.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from redo_py.values.current import note_written
from redo_py.values.file import File
from redo_py.values.filing import filing
from redo_py.values.folder import ShardSet
from redo_py.values.spelling import is_url, normal_path, without_writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO, Any

    import pandas as pd

    Read = Callable[..., Any]

FORMATS = ("parquet", "csv", "json")  # json is one object a line
SPARK_OPTIONS = {"csv": {"header": "true"}}  # with which Spark writes and reads what pandas does


@dataclass(frozen=True, init=False, repr=False)
class ShardedS3Dataset:
    """The shards of `format` below `path`. A dataclass, so that the set of its files is seen like one in a list."""

    path: str
    format: str
    recurse: bool
    shards: ShardSet

    def __init__(self, path: Any, format: str = "parquet", recurse: bool = True) -> None:
        """Raises ValueError for another format."""
        if format not in FORMATS:
            raise ValueError(f"a dataset has the format {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, not {format!r}")
        top = normal_path(path)
        pattern = f"{top}/**/*.{format}" if recurse else f"{top}/*.{format}"
        for name, value in (("path", top), ("format", format), ("recurse", recurse), ("shards", ShardSet(pattern))):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        known = f", hash={self.shards.digest.hex()[:8]}" if self.shards.digest else ""
        return f"ShardedS3Dataset(path={self.path}, format={self.format}{known})"

    @property
    def files(self) -> list[File]:
        """The shards there are now, in the order of their paths."""
        return self.shards.files()

    @property
    def filenames(self) -> list[str]:
        """The paths of the shards there are now."""
        return [file.path for file in self.files]

    @property
    def hash(self) -> str:
        """What identifies the names and contents of the shards, in hexadecimal digits."""
        return self.shards.hash

    def is_valid(self) -> bool:
        """Whether the shards are those that were seen."""
        return self.shards.is_valid()

    def manifest(self) -> list[tuple[str, int, str]]:
        """(name below the path, size, digest of the content in hexadecimal digits) of the shards there are now, sorted,
        without what Spark puts into names to make them unique."""
        skip = len(self.path.rstrip("/")) + 1
        rows = [(without_writing(file.path[skip:]), file.size(), file.hash) for file in self.files]
        return sorted(rows)

    # ---- tables of Spark, in tasks that run there

    def load_spark(self, validate: bool = False, format_options: Mapping[str, Any] | None = None) -> Any:
        """The table in Spark; `format_options` go to its reader. Raises FileNotFoundError if there are no shards, and
        with `validate` ValueError if they are not those that were seen."""
        from redo_py.remote.api.spark import spark_path, spark_session

        if validate and not self.is_valid():
            raise ValueError(f"{self.path} no longer holds what was seen there")
        paths = [spark_path(file.path) for file in self._some_files()]
        reader = spark_session().read.format(self.format).option("basePath", spark_path(self.path))
        return reader.options(**{**SPARK_OPTIONS.get(self.format, {}), **(format_options or {})}).load(paths)

    def save_spark(
        self,
        dataset: Any,
        partition_keys: Sequence[str] = (),
        catalog_database: str = "default",
        catalog_table: str | None = None,
        format_options: Mapping[str, Any] | None = None,
    ) -> ShardedS3Dataset:
        """Write a table of Spark in place of all that is below the path; gives the dataset as it is then. It becomes a
        table of the catalog if that gets a name."""
        from redo_py.remote.api.spark import spark_path

        options = {**SPARK_OPTIONS.get(self.format, {}), **(format_options or {})}
        writer = dataset.write.format(self.format).mode("overwrite").options(**options)
        if partition_keys:
            writer = writer.partitionBy(*partition_keys)
        if catalog_table is None:
            writer.save(spark_path(self.path))
        else:
            writer.option("path", spark_path(self.path)).saveAsTable(f"{catalog_database}.{catalog_table}")
        if self.format == "parquet":
            from redo_py.library.parquet import settle_footers

            settle_footers(self.files)
        for file in self.files:
            note_written(file.path)
        return type(self)(self.path, self.format, self.recurse or bool(partition_keys))

    # ---- tables of pandas

    def load_pandas(self, **options: Any) -> pd.DataFrame:
        """One table of all shards; `options` go to the reader of pandas. Raises FileNotFoundError if there is none."""
        import pandas as pd

        return pd.concat(self.load_pandas_shards(**options), ignore_index=True)

    def load_pandas_shards(self, **options: Any) -> list[pd.DataFrame]:
        """A table for each shard, in the order of their paths. Raises FileNotFoundError if there is none."""
        return [self._read(file, options) for file in self._some_files()]

    @classmethod
    def from_files(cls, files: Sequence[File], format: str | None = None) -> ShardedS3Dataset:
        """The dataset that consists of `files`. Raises ValueError unless they are all that is there: the dataset is
        what lies below the folder that they share."""
        if not files:
            raise ValueError("a dataset has at least one file")
        paths = sorted(file.path for file in files)
        suffixes = {os.path.splitext(path)[1][1:] for path in paths}
        if format is None and len(suffixes) > 1:
            raise ValueError(f"files of several formats are no dataset: {', '.join(sorted(suffixes))}")
        top = shared_folder([os.path.dirname(path) for path in paths])
        made = cls(top, format or suffixes.pop())
        others = sorted(set(made.filenames) ^ set(paths))
        if others:
            raise ValueError(f"{others[0]} is {'missing' if others[0] in paths else f'also below {top}'}")
        return made

    @classmethod
    def from_data(
        cls,
        data: pd.DataFrame | Sequence[pd.DataFrame] | Any,
        output_path: Any,
        format: str = "parquet",
        rows_per_shard: int | None = None,
    ) -> ShardedS3Dataset:
        """Write a table, or a table for each shard, in place of the shards that are there; with `rows_per_shard` each
        is cut into pieces. A table of Spark is written as `save_spark` does it."""
        made = cls(output_path, format)
        if type(data).__module__.startswith("pyspark."):
            return made.save_spark(data)
        tables = list(data) if isinstance(data, (list, tuple)) else [data]
        pieces = [piece for table in tables for piece in pieces_of(table, rows_per_shard)]
        before = set(made.filenames)
        for number, piece in enumerate(pieces):
            file = File(f"{made.path}/part-{number:05}.{format}")
            with file.open("wb") as stream:
                WRITERS[format](piece, stream)
            before.discard(file.path)
        for path in before:
            filing().remove(path)
        return made

    def _some_files(self) -> list[File]:
        """The shards; raises FileNotFoundError if there is none."""
        files = self.files
        if not files:
            raise FileNotFoundError(f"there are no {self.format} files below {self.path}")
        return files

    def _read(self, file: File, options: dict[str, Any]) -> Any:
        import pandas as pd

        readers: dict[str, Read] = {"parquet": pd.read_parquet, "csv": pd.read_csv, "json": pd.read_json}
        given = {"lines": True, **options} if self.format == "json" else options
        with file.open("rb") as stream:
            return readers[self.format](stream, **given)


ShardedDataset = ShardedS3Dataset


def move_folder(source: str, destination: str) -> None:
    """Let what is below `source` be below `destination`, where nothing is. At once if both are of this machine, else
    file by file. Raises OSError."""
    if not is_url(source) and not is_url(destination):
        os.rename(source, destination)
        return
    door = filing()
    for path in door.below(source):
        door.copy(path, without_writing(destination + path[len(source) :]))
    door.remove_folder(source, True)


def shared_folder(folders: Sequence[str]) -> str:
    """The lowest folder that all `folders` are, or lie in."""
    shared = []
    for parts in zip(*(folder.split("/") for folder in folders), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared)


def pieces_of(table: Any, rows: int | None) -> list[Any]:
    """`table` in pieces of at most so many rows; one without rows is one piece. Raises ValueError for no rows."""
    if rows is None or len(table) <= rows > 0:
        return [table]
    if rows < 1:
        raise ValueError("a shard has at least one row")
    return [table.iloc[start : start + rows] for start in range(0, len(table), rows)]


WRITERS: dict[str, Callable[[Any, IO[bytes]], None]] = {
    "parquet": lambda table, stream: table.to_parquet(stream, index=False),
    "csv": lambda table, stream: table.to_csv(stream, index=False),
    "json": lambda table, stream: table.to_json(stream, orient="records", lines=True),
}
