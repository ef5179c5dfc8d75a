"""The pairs of files and their local copies, with the door to all file systems open."""

from __future__ import annotations

from redo_py.files import public as public  # opens the door
from redo_py.values.staging import Staging, StagingDir, StagingFile

__all__ = ["Staging", "StagingDir", "StagingFile"]
