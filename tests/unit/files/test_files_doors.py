"""Both implementations of the Files door against the one suite."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from redo_py.files import ticks
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.memory import MemoryFiles
from redo_py.ground.clock import Clock
from redo_py.store.artifacts import LocalArtifacts
from tests.conformance.files_suite import FilesSuite


class LocalWorld:
    """A real folder, which is not the current one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".redun").mkdir()
        artifacts = LocalArtifacts(str(root / ".redun/artifacts"))
        self.files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), artifacts, Clock())

    def write(self, path: str, content: bytes, executable: bool = False) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o755 if executable else 0o644)

    def link(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(text)

    def folder(self, path: str) -> None:
        (self.root / path).mkdir(parents=True, exist_ok=True)

    def remove(self, path: str) -> None:
        place = self.root / path
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()

    def read(self, path: str) -> bytes | None:
        place = self.root / path
        if place.is_symlink():
            return os.fsencode(os.readlink(place))
        return place.read_bytes() if place.is_file() else None

    def exists(self, path: str) -> bool:
        return os.path.lexists(self.root / path)

    def forget_artifacts(self) -> None:
        for file in (self.root / ".redun/artifacts").glob("?/*"):
            if file.read_bytes() == b"odd":
                file.unlink()

    def age(self) -> None:
        time.sleep(0.03)


class MemoryWorld:
    """A dictionary and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.files = MemoryFiles()
        self.write = self.files.write
        self.link = self.files.link
        self.folder = self.files.folder
        self.remove = self.files.remove
        self.exists = self.files.exists

    def read(self, path: str) -> bytes | None:
        return self.files.read(path) if self.files.exists(path) else None

    def forget_artifacts(self) -> None:
        self.files.artifacts = {name: content for name, content in self.files.artifacts.items() if content != b"odd"}

    def age(self) -> None:
        self.files.clock.move(1)


class TestLocalFiles(FilesSuite):
    @pytest.fixture
    def world(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalWorld:
        monkeypatch.setattr(ticks, "shows_each_change", lambda _: False)  # as most systems are
        return LocalWorld(tmp_path)


class TestMemoryFiles(FilesSuite):
    @pytest.fixture
    def world(self) -> MemoryWorld:
        return MemoryWorld()
