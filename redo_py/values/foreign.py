"""What the canonical encoding says of values that only a pickle can give back: a header and what is inside.

G name                 a class or function, by module and qualified name
E class name           enum member; of a Flag the number
S class                instance of a subclass of a builtin; inside: the builtin's value, then its state
D class                dataclass; inside: a dict of its fields
P class path           pathlib's paths
A class                numpy array or scalar; inside: dtype, shape, content in C order
C class                column of Arrow, such as text in a table of pandas; inside: what Arrow streams of it
B class                memory that a pickle would carry beside itself; inside: its bytes
H type name            an object that has a hook for what identifies it; inside: what the hook gave
R                      anything else; inside: what __reduce_ex__(5) gives
"""

from __future__ import annotations

from struct import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Described = tuple[bytes, list[Any]]  # header, and what is inside, to be encoded after it in this order

SIZE = "<Q"


class NotEncodable(TypeError):
    """The value has no identity that we can see: it cannot be hashed, so it cannot be an argument or a result."""


# builtin -> what gives the plain value of an instance of a subclass, whatever that overrides
PLAIN_VALUE: dict[type, Callable[[Any], Any]] = {
    str: lambda item: str.__str__(item),
    int: lambda item: int.__int__(item),
    float: lambda item: float.__float__(item),
    bytes: lambda item: bytes.__getitem__(item, slice(None)),
    tuple: lambda item: tuple.__getitem__(item, slice(None)),
    list: lambda item: list.copy(item),
    dict: lambda item: dict(dict.items(item)),
    set: lambda item: set(set.__iter__(item)),
    frozenset: lambda item: frozenset(frozenset.__iter__(item)),
    bytearray: lambda item: bytes.__getitem__(bytes(memoryview(item)), slice(None)),
    complex: lambda item: complex(float.__float__(item.real), float.__float__(item.imag)),
}


def describe(item: Any) -> Described:
    """(header, what is inside) of `item`, which is no plain data; raises NotEncodable."""
    kind = type(item)
    if is_lazy(kind):
        raise NotEncodable(f"`{item!r:.60}` has no value yet")
    if isinstance(item, type) or is_function(item):
        return b"G" + text(global_name(item)), []
    if is_a(kind, "enum", "Enum"):
        name = str(item.value) if is_a(kind, "enum", "Flag") else item.name
        return b"E" + text(class_name(kind)) + text(name), []
    if kind.__module__ == "numpy" and hasattr(item, "dtype"):
        return b"A" + text(class_name(kind)), inside_array(item)
    for base, plain_value in PLAIN_VALUE.items():
        if isinstance(item, base) and reduces_as(kind, base):
            return b"S" + text(class_name(kind)), [plain_value(item), item.__getstate__()]
    if hasattr(kind, "__dataclass_fields__"):
        fields = {name: getattr(item, name) for name in kind.__dataclass_fields__ if hasattr(item, name)}
        return b"D" + text(class_name(kind)), [fields]
    if kind.__module__ in ("pathlib", "pathlib._local"):
        return b"P" + text(kind.__qualname__) + text(item.__fspath__()), []
    if is_a(kind, "pyarrow.lib", "Array"):
        return b"C" + text(class_name(kind)), [streamed(item)]
    if kind.__module__ == "pickle" and kind.__name__ == "PickleBuffer":
        return b"B" + text(class_name(kind)), [bytes(item.raw())]
    return reduced(item)


def is_lazy(kind: type) -> bool:
    """Whether `kind` is a class of expressions, which stand in a room above this one."""
    return kind.__module__ == "redo_py.ir.expression"


def left_inside(item: Any, container: Any) -> NotEncodable:
    """The error for a lazy value in a container that is handed on as it is."""
    return NotEncodable(
        f"`{item!r:.60}` is still lazy inside a {type(container).__qualname__}, which is not opened: use a list, "
        "tuple, set, dict, dataclass or model"
    )


def unseen_inside(item: Any, container: Any) -> NotEncodable:
    """The error for a file in an object that is not opened: nobody has looked at what it holds."""
    return NotEncodable(
        f"{item!r} is inside a {type(container).__qualname__}, which is not opened, so that a change of it would not "
        "be seen: use a dataclass, or pass the file beside it"
    )


def is_function(item: Any) -> bool:
    """Whether `item` is a function that stands in a module; methods are not: they belong to an object."""
    owner = getattr(item, "__self__", None)
    return (
        callable(item) and hasattr(item, "__qualname__") and (owner is None or is_a(type(owner), "builtins", "module"))
    )


def is_a(kind: type, module: str, name: str) -> bool:
    """Whether `kind` is or inherits a class, which is not imported for it."""
    return any(base.__module__ == module and base.__name__ == name for base in kind.__mro__)


def reduces_as(kind: type, base: type) -> bool:
    """Whether content and state are all there is: a subclass with its own __reduce__ (defaultdict) says more."""
    return kind.__reduce_ex__ is base.__reduce_ex__ and kind.__reduce__ is base.__reduce__


def inside_array(item: Any) -> list[Any]:
    """dtype, shape and content of a numpy array or scalar."""
    dtype = item.dtype
    if dtype.hasobject or dtype.kind == "T":
        return [dtype.str[:1], item.shape, item.tolist()]
    return [dtype.descr if dtype.names else dtype.str, item.shape, item.tobytes()]


def streamed(column: Any) -> bytes:
    """Type and values of a column of Arrow. It is copied first: a part of one shares the memory of the whole."""
    from pyarrow import BufferOutputStream, RecordBatch, concat_arrays
    from pyarrow.ipc import new_stream

    rows = RecordBatch.from_arrays([concat_arrays([column])], [""])
    written = BufferOutputStream()
    with new_stream(written, rows.schema) as stream:  # unlike rows.serialize() with type and dictionary
        stream.write_batch(rows)
    return bytes(written.getvalue())


def reduced(item: Any) -> Described:
    """What pickle would write, in our encoding."""
    kind = type(item)
    if kind.__module__ == "fractions":
        return b"R", [(kind, (item.numerator, item.denominator), None, None, None)]  # versions of Python differ
    try:
        parts = reduction(item)
    except Exception as error:
        raise NotEncodable(f"{class_name(kind)}: {error}") from None
    if isinstance(parts, str):
        return b"G" + text(f"{getattr(item, '__module__', None) or kind.__module__}.{parts}"), []
    maker, args, state, list_items, dict_items = (*parts, None, None, None)[:5]
    if isinstance(item, BaseException) and isinstance(state, dict):  # notes say where it came by, for people
        state = {name: value for name, value in state.items() if name != "__notes__"} or None
    if isinstance(state, dict) and kind.__module__.partition(".")[0] == "pandas":  # what its properties have given
        state = {name: value for name, value in state.items() if name != "_cache"}
    items = None if list_items is None else list(list_items)
    return b"R", [(maker, args, state, items, None if dict_items is None else dict(dict_items))]


def reduction(item: Any) -> Any:
    """As pickle does: what was registered for the class, else its own method."""
    import copyreg

    registered = copyreg.dispatch_table.get(type(item))
    return registered(item) if registered is not None else item.__reduce_ex__(5)


def global_name(item: Any) -> str:
    """Module and qualified name of a class or function; raises NotEncodable for one that no name leads to."""
    name: str = item.__qualname__
    if "<locals>" in name or "<lambda>" in name:
        raise NotEncodable(f"{name}: a function or class made inside a function cannot be told from another one")
    return f"{item.__module__}.{name}"


def class_name(kind: type) -> str:
    """What identifies the class of a value."""
    return global_name(kind)


def text(word: str) -> bytes:
    """A text with its size before it."""
    raw = word.encode("utf-8", "surrogatepass")
    return pack(SIZE, len(raw)) + raw
