"""FileCache: objects of a class that are recorded as files of a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from redo_py import FileCache
from redo_py.values.codec import Unreadable, dump, load, pack, unpack
from redo_py.values.encoding import digest_of
from redo_py.values.proxy import PROXIES
from tests.unit.engine.memory_world import World


class Model:
    def __init__(self, weights: list[int]) -> None:
        self.weights = weights


class Wordy(Model):
    """One that pickle cannot keep."""

    def __init__(self, weights: list[int]) -> None:
        super().__init__(weights)
        self.lock = sys.stdin


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where models are kept; in this module alone they are."""

    class ModelFiles(FileCache):
        type = Model
        type_name = "tests.Model"
        base_path = f"{tmp_path}/models/"

    class WordyFiles(FileCache):
        type = Wordy
        type_name = "tests.Wordy"
        base_path = f"{tmp_path}/models"

        def _serialize(self) -> bytes:
            return " ".join(map(str, self.instance.weights)).encode()

        @classmethod
        def _deserialize(cls, data: bytes) -> Any:
            return Wordy([int(word) for word in data.split()])

    for each in (ModelFiles, WordyFiles):  # pickle finds them here
        each.__qualname__ = each.__name__
        globals()[each.__name__] = each
    yield tmp_path / "models"
    del PROXIES[Model], PROXIES[Wordy]


@pytest.mark.parametrize("kind", [Model, Wordy])
def test_what_is_recorded_is_a_file(kind: type[Model], folder: Path):
    digest, format_, data = dump({"best": [kind([*range(1000)])], "error": ValueError("beside it")})
    (file,) = folder.iterdir()
    assert len(data) < 500 < file.stat().st_size
    kept = load(format_, data)
    assert (type(kept["best"][0]), kept["best"][0].weights) == (kind, [*range(1000)])
    assert dump(kept)[::2] == (digest, data)
    assert digest_of(kind([1])) == digest_of(kind([1])) != digest_of(kind([2]))
    assert [*folder.iterdir()] == [file]


def test_a_file_that_is_right_is_not_written_again(folder: Path):
    dump(Model([1]))
    (file,) = folder.iterdir()
    before = file.stat().st_mtime_ns
    dump(Model([1]))
    assert file.stat().st_mtime_ns == before


def test_other_processes_are_given_the_object_itself(folder: Path):
    assert unpack(pack([Model([1])]))[0].weights == [1]
    assert not folder.exists()


def test_a_file_that_holds_something_else_is_not_read(folder: Path):
    _, format_, data = dump(Model([1]))
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Unreadable, match=f"ValueError: {file} does not hold what was written there"):
        load(format_, data)


@pytest.mark.parametrize("kind", [Model, Wordy])
def test_a_result_whose_file_is_gone_is_made_again(kind: type[Model], folder: Path):
    world = World()
    files: Any = PROXIES[kind]

    def train(seed: int) -> Any:
        return kind([seed])

    def score(model: Any) -> int:
        return sum(model.weights)

    make, rate = world.task(train), world.task(score)
    for before, expected in [
        (lambda: None, ["train", "score"]),
        (lambda: None, []),
        (lambda: rmtree(folder), ["train"]),
        (lambda: [each.write_bytes(b"") for each in folder.iterdir()], ["train"]),
        (lambda: folder.rename(folder.with_name("moved")), ["train"]),
        (lambda: None, []),
    ]:
        before()
        assert world.run([rate(make(3)), make(3)]).value[0] == 3
        assert world.ran == expected
    files.base_path = str(folder.with_name("moved"))
    assert world.run(make(3)).value.weights == [3]
    assert world.ran == []


def test_a_folder_that_cannot_be_written_fails_the_task(folder: Path):
    folder.write_text("a file")
    world = World()

    def train(seed: int) -> Any:
        return Model([seed])

    error = world.run(world.task(train)(1)).error
    assert str(folder) in str(error)


def test_plain_data_is_kept_as_it_is():
    with pytest.raises(TypeError, match="Texts cannot keep str in files: it is plain data"):

        class Texts(FileCache):
            type = str
