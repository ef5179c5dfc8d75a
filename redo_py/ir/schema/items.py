"""The alternatives of a VALUE: what each looks like, and the Python value it stands for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag

from redo_py.ir.flat import Ref
from redo_py.ir.schema.places import Place
from redo_py.values.codec import Unreadable, load
from redo_py.values.file import File, Output, Tool
from redo_py.values.value import TYPES


class Strict(BaseModel):
    """Nothing is converted and nothing is unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Tagged(Strict):
    """An object with one key, which tells what its item is."""

    def read(self, place: Place) -> Any:
        """The value; raises UsageError."""
        raise NotImplementedError


def kind_of(raw: Any) -> str:
    """Which alternative of a VALUE `raw` is."""
    if isinstance(raw, dict):
        name = next((key for key in ("instance", "object") if key in raw), next(iter(raw), ""))
        return f"<{name}>"
    return "<list>" if isinstance(raw, list) else "<scalar>"


def read_all(items: list[Item], place: Place) -> list[Any]:
    """The Python values of the items of a list."""
    return [item.read(place.below(number)) for number, item in enumerate(items)]


Scalar = None | bool | int | float | str
Hex = Annotated[str, Field(pattern="^([0-9a-f]{2})*$")]


class TupleItem(Tagged):
    tuple: list[Item]

    def read(self, place: Place) -> Any:
        return tuple(read_all(self.tuple, place.below("tuple")))


class SetItem(Tagged):
    set: list[Item]

    def read(self, place: Place) -> Any:
        return hashable(set, read_all(self.set, place.below("set")), place)


class FrozensetItem(Tagged):
    frozenset: list[Item]

    def read(self, place: Place) -> Any:
        return hashable(frozenset, read_all(self.frozenset, place.below("frozenset")), place)


class DictItem(Tagged):
    pairs: list[Annotated[list[Item], Field(min_length=2, max_length=2)]] = Field(alias="dict")

    def read(self, place: Place) -> Any:
        inside = place.below("dict")
        pairs = [read_all(pair, inside.below(number)) for number, pair in enumerate(self.pairs)]
        return hashable(dict, pairs, place)


class IntItem(Tagged):
    """An integer that other readers of JSON would round."""

    int: Annotated[str, Field(pattern="^-?0x[0-9a-f]+$")]

    def read(self, place: Place) -> Any:
        return int(self.int, 16)


class FloatItem(Tagged):
    float: Literal["nan", "inf", "-inf"]

    def read(self, place: Place) -> Any:
        return float(self.float)


class ComplexItem(Tagged):
    complex: Annotated[list[str], Field(min_length=2, max_length=2)]

    def read(self, place: Place) -> Any:
        try:
            return complex(*map(float, self.complex))
        except ValueError as error:
            raise place.wrong(str(error)) from error


class BytesItem(Tagged):
    bytes: Hex

    def read(self, place: Place) -> Any:
        return bytes.fromhex(self.bytes)


class BytearrayItem(Tagged):
    bytearray: Hex

    def read(self, place: Place) -> Any:
        return bytearray.fromhex(self.bytearray)


class TextItem(Tagged):
    """A string with lone surrogates, in UTF-8 that lets them pass."""

    text: Hex

    def read(self, place: Place) -> Any:
        try:
            return bytes.fromhex(self.text).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise place.wrong(str(error)) from error


class RefItem(Tagged):
    """The use of an earlier node."""

    ref: Annotated[int, Field(ge=0)]

    def read(self, place: Place) -> Any:
        if self.ref >= place.nodes:
            raise place.wrong(f"node {self.ref} does not stand before it")
        return Ref(self.ref)


class FileItem(Tagged):
    File: str

    def read(self, place: Place) -> Any:
        return File(self.File)


class OutputItem(Tagged):
    """A path that is made; with a trailing slash, a folder."""

    Output: str

    def read(self, place: Place) -> Any:
        return Output(self.Output, self.Output.endswith("/"))


class ToolItem(Tagged):
    Tool: str

    def read(self, place: Place) -> Any:
        return Tool(self.Tool)


class InstanceItem(Tagged):
    """A Value of any type, by its type_name and state."""

    instance: str
    state: Item

    def read(self, place: Place) -> Any:
        kind = TYPES.get(self.instance)
        if kind is None:
            raise place.wrong(f"there is no type {self.instance} here")
        try:
            return kind.from_state(self.state.read(place.below("state")))
        except (TypeError, ValueError) as error:
            raise place.wrong(str(error)) from error


class EncodedItem(Tagged):
    """A value nested too deep for JSON, in the canonical encoding."""

    encoded: Hex

    def read(self, place: Place) -> Any:
        return loaded("plain", self.encoded, place)


class ObjectItem(Tagged):
    """What only a pickle gives back, and its text for people."""

    object: str
    pickle: Hex = ""

    def read(self, place: Place) -> Any:
        if not self.pickle:
            raise place.wrong(f"{self.object} was written as its text alone")
        if not place.trusted:
            raise place.wrong(f"{self.object} is a pickle, which is read only from where one trusts")
        return loaded("pickle", self.pickle, place)


Alternatives = Annotated[
    Annotated[Scalar, Tag("<scalar>")]
    | Annotated[list["Item"], Tag("<list>")]
    | Annotated[TupleItem, Tag("<tuple>")]
    | Annotated[SetItem, Tag("<set>")]
    | Annotated[FrozensetItem, Tag("<frozenset>")]
    | Annotated[DictItem, Tag("<dict>")]
    | Annotated[IntItem, Tag("<int>")]
    | Annotated[FloatItem, Tag("<float>")]
    | Annotated[ComplexItem, Tag("<complex>")]
    | Annotated[BytesItem, Tag("<bytes>")]
    | Annotated[BytearrayItem, Tag("<bytearray>")]
    | Annotated[TextItem, Tag("<text>")]
    | Annotated[RefItem, Tag("<ref>")]
    | Annotated[FileItem, Tag("<File>")]
    | Annotated[OutputItem, Tag("<Output>")]
    | Annotated[ToolItem, Tag("<Tool>")]
    | Annotated[InstanceItem, Tag("<instance>")]
    | Annotated[EncodedItem, Tag("<encoded>")]
    | Annotated[ObjectItem, Tag("<object>")],
    Discriminator(
        kind_of,
        custom_error_type="value",
        custom_error_message="no value: an object with one of the known keys was expected",
    ),
]


class Item(RootModel[Alternatives]):
    """Any VALUE."""

    model_config = ConfigDict(strict=True, frozen=True)

    def read(self, place: Place) -> Any:
        """The Python value; raises UsageError."""
        if isinstance(self.root, list):
            return read_all(self.root, place)
        if isinstance(self.root, float) and self.root - self.root != 0:
            raise place.wrong("a number that is no finite float")
        return self.root.read(place) if isinstance(self.root, Tagged) else self.root


def hashable(kind: Any, items: list[Any], place: Place) -> Any:
    """A set or dict of `items`; raises UsageError when one of them cannot be in one."""
    try:
        return kind(items)
    except TypeError as error:
        raise place.wrong(str(error)) from error


def loaded(format_: str, data: str, place: Place) -> Any:
    """What the bytes hold; raises UsageError when they are damaged."""
    try:
        return load(format_, bytes.fromhex(data))
    except Unreadable as error:
        raise place.wrong(str(error)) from error
