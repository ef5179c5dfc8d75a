"""The values that stand for files, with the door to all file systems open: what `from redo_py import File` gives."""

from __future__ import annotations

from redo_py.files.filing import AnyFiling
from redo_py.values.file import File
from redo_py.values.filing import open_door
from redo_py.values.folder import ContentDir, ContentFile, ContentFileSet, Dir, FileSet, IDir, IFile, IFileSet

__all__ = [
    "ContentDir",
    "ContentFile",
    "ContentFileSet",
    "Dir",
    "File",
    "FileSet",
    "IDir",
    "IFile",
    "IFileSet",
]

open_door(AnyFiling())
