"""The one spelling of a path."""

from __future__ import annotations

import posixpath
from os import fsdecode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UUID_PARTS = [0, 8, 4, 4, 4, 12]  # lengths of what stands between the dashes of `-UUID`


def normal_path(path: Any) -> str:
    """`path` (str, bytes or PathLike) without `.`, `..`, doubled or trailing slashes: a file has one spelling. A URL
    stays as it is, but for trailing slashes."""
    text: str = path if type(path) is str else fsdecode(path)
    if text[:7] == "file://":
        text = text[7:]
    if "://" in text and is_url(text):
        return text.rstrip("/") if text[-1:] == "/" and text[-3:] != "://" else text
    if "//" in text or "./" in text or text[-1:] in ("/", ".") or text[:1] == ".":
        return posixpath.normpath(text)
    return text


def is_url(path: str) -> bool:
    """Whether `path` is no path of this machine: it begins with a scheme, as `s3://bucket/key` and `glob://*.txt`."""
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme.isidentifier()


def without_writing(path: str) -> str:
    """`path` without the UUID that Spark puts into the name of a file to tell one writing of a dataset from another:
    `t/part-00003-9c0d….c000.parquet` is `t/part-00003.c000.parquet`."""
    folder, slash, name = path.rpartition("/")
    head, digits = name[:10], name[10:47]
    if head[:5] != "part-" or not head[5:].isdecimal() or [len(part) for part in digits.split("-")] != UUID_PARTS:
        return path
    return f"{folder}{slash}{head}{name[47:]}"
