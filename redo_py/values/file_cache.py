"""FileCache: objects of a class that are kept in files of a folder which the user names, not in the records."""

from __future__ import annotations

from redo_py.ground import hashing
from redo_py.values.custom import ProxyValue
from redo_py.values.filing import filing
from redo_py.values.value import DEFAULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class FileCache(ProxyValue):
    """A proxy of a class whose objects are recorded as files of the folder `base_path`, which may be in an object
    store. A file is named by the digest of its bytes: only that is in the records, and one that is gone or holds
    something else makes what was remembered run again."""

    __slots__ = ()
    base_path: ClassVar[str] = "."
    keeps_apart: ClassVar[bool] = True

    def _serialize(self) -> bytes:
        """What is in the file; of a class that says it, also what identifies the object."""
        return DEFAULTS["serialize"](self.instance)  # type: ignore[no-any-return]

    @classmethod
    def _deserialize(cls, data: bytes) -> Any:
        """The object of what is in a file."""
        return DEFAULTS["deserialize"](data)

    def serialize(self) -> bytes:
        """The name of the file, which is there then. Raises OSError."""
        content = self._serialize()
        name = hashing.digest(hashing.FILE, content).hex()
        path = self.path_of(name)
        try:
            is_there = content_of(path) == content
        except FileNotFoundError:
            is_there = False
        if not is_there:
            with filing().open(path, "wb") as stream:
                stream.write(content)
        return name.encode()

    @classmethod
    def deserialize(cls, raw_type: Any, data: bytes) -> Any:
        """The object in the file of that name. Raises OSError, and ValueError if the file has been changed."""
        name = data.decode()
        path = cls.path_of(name)
        content = content_of(path)
        if hashing.digest(hashing.FILE, content).hex() != name:
            raise ValueError(f"{path} does not hold what was written there")
        return cls._deserialize(content)

    @classmethod
    def path_of(cls, name: str) -> str:
        """Where the file `name` is."""
        return f"{cls.base_path.rstrip('/')}/{name}"


def content_of(path: str) -> bytes:
    """The bytes of the file. Raises OSError."""
    with filing().open(path, "rb") as stream:
        content: bytes = stream.read()
    return content
