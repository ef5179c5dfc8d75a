"""Writing values down and reading them back. The only place that pickles.

Formats: "plain" the canonical encoding, which cannot execute anything when read; "pickle" a pickle, protocol 5.
"""

from __future__ import annotations

from sys import getsizeof
from types import FunctionType

from redo_py.ground import hashing
from redo_py.ground.frames import beginning
from redo_py.values.encoding import NotPlain, decode, digest_of, encode_checked
from redo_py.values.foreign import NotEncodable
from redo_py.values.proxy import proxy_of
from redo_py.values.value import DEFAULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.values.proxy import ProxyValue

ROOM = 4 << 30  # bytes that a written value may have, unless the settings say otherwise

FLAT = (bytes, bytearray)  # kinds whose size is known before they are written


class Unreadable(Exception):
    """A stored value cannot be read back here: its class is gone, its pickle is broken."""


def dump(value: Any, domain: int = hashing.VALUE, room: int = ROOM) -> tuple[bytes, str, bytes]:
    """(digest, format, bytes) of `value`. Raises NotEncodable, also if it takes more bytes than `room`, and whatever
    pickling it raises."""
    if type(value) in FLAT:
        check_room(getsizeof(value), room)
    met: dict[int, Any] = {}
    encoded, plain = encode_checked(value, met)
    check_room(len(encoded), room)
    digest = hashing.digest(domain, encoded)
    if plain:
        return digest, "plain", encoded
    del encoded  # it may be large
    is_rare = any(isinstance(item, BaseException) or kept_apart(item) for item in met.values())
    written = pickled_with_care(value) if is_rare else pickled(value)
    check_room(len(written), room)
    return digest, "pickle", written


def check_room(size: int, room: int) -> None:
    """Raise NotEncodable if a value of so many bytes is larger than one may be."""
    if size > room:
        from redo_py.ground.units import shown_size

        raise NotEncodable(
            f"it takes {shown_size(size)}, and `artifacts.max_value` in redun.toml allows {shown_size(room)}; "
            "raise that, or write it to a File and pass that on"
        )


def pickled(value: Any) -> bytes:
    """`value` as a pickle, which may have any size. Raises whatever pickling it raises."""
    import pickle

    return pickle.dumps(value, 5)


def kept_apart(item: Any) -> type[ProxyValue] | None:
    """The class that says where `item` is kept, if that is apart from the records."""
    proxy = proxy_of(type(item))
    return proxy if proxy is not None and proxy.keeps_apart else None


def pickled_with_care(value: Any) -> bytes:
    """`value` as a pickle without what is kept apart, and in which errors whose class has an `__init__` of its own are
    made without a call of that: it may want other arguments than the error has, or make others of them. Raises whatever
    pickling raises."""
    import pickle
    from io import BytesIO

    class Careful(pickle.Pickler):
        def reducer_override(self, item: Any) -> Any:
            if isinstance(item, BaseException) and keeps_all_in_python(type(item)):
                return made_again, (type(item), item.args, vars(item))
            proxy = kept_apart(item)
            return proxy.reduce(item) if proxy else NotImplemented

    written = BytesIO()
    Careful(written, 5).dump(value)
    return written.getvalue()


def keeps_all_in_python(kind: type[BaseException]) -> bool:
    """Whether errors of the class `kind`, which has an `__init__` of its own, are pickled as Python does it by default
    and hold nothing but arguments and attributes; an OSError, say, has an errno beside."""
    from copyreg import dispatch_table

    own = (type(kind.__init__), kind.__reduce__, kind.__reduce_ex__, kind.__setstate__)
    usual = (FunctionType, BaseException.__reduce__, BaseException.__reduce_ex__, BaseException.__setstate__)
    if own != usual or kind in dispatch_table:
        return False
    builtin = [base for base in kind.__mro__ if base.__module__ == "builtins"]
    return all(base.__basicsize__ <= BaseException.__basicsize__ for base in builtin)


def made_again(kind: type[BaseException], args: tuple[Any, ...], attributes: dict[str, Any]) -> BaseException:
    """An error of the class `kind` as it was, without a call of the class."""
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(attributes)
    return error


def load(format_: str, data: bytes) -> Any:
    """The value; raises Unreadable."""
    try:
        if format_ == "plain":
            return decode(data)
        import pickle

        return pickle.loads(data)
    except NotPlain as error:
        raise Unreadable(str(error)) from error
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def preview(value: Any, limit: int = 200) -> str:
    """A short text of `value` for people, kept beside its bytes so that no reader needs to decode them."""
    try:
        text = repr(beginning(value, limit))
    except Exception as error:
        text = f"<{type(value).__name__}: repr failed: {error}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def pack(value: Any, by_value: bool = False) -> bytes:
    """`value` for another process of ours. What pickle cannot name there, such as a lambda or what the script that runs
    has defined, travels with its code; of a function all of it does if `by_value`. Raises whatever pickling raises."""
    import pickle

    if not by_value and not runs_script():
        try:
            return pickle.dumps(value, 5)
        except (AttributeError, TypeError, pickle.PicklingError):
            pass  # there is more that cloudpickle can do
    return _pack_code(value)


def _pack_code(value: Any) -> bytes:
    """`value` with the code of its functions and classes, by cloudpickle; which would replace an open file by what is
    in it, so it is not asked about files."""
    from io import BytesIO, TextIOWrapper

    from cloudpickle import Pickler

    ways = {kind: way for kind, way in Pickler.dispatch_table.items() if kind is not TextIOWrapper}
    careful = type("Careful", (Pickler,), {"dispatch_table": ways})  # it is read before an instance could have its own
    packed = BytesIO()
    careful(packed, 5).dump(value)
    return packed.getvalue()


def unpack(data: bytes) -> Any:
    """What `pack` was given; raises whatever unpickling raises."""
    import pickle

    return pickle.loads(data)


def modules_in(data: bytes) -> set[str]:
    """The modules of all that unpickling `data` would look for; raises whatever unpickling raises."""
    import pickle
    from io import BytesIO

    found: set[str] = set()

    class Noting(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found.add(module)
            return super().find_class(module, name)

    Noting(BytesIO(data)).load()
    return found


def runs_script() -> bool:
    """Whether the main module is the user's: what it defines has no name that another process could import."""
    import sys

    return (getattr(sys.modules["__main__"], "__package__", None) or "").partition(".")[0] != "redo_py"


DEFAULTS.update(
    get_hash=lambda value: digest_of(value).hex(), serialize=pickled, deserialize=lambda data: load("pickle", data)
)
