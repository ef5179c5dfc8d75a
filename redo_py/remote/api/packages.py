"""The installed packages that the modules of a project import: which versions of them there are where a job is decided,
and which where it runs. Nothing of them is sent, and another version may mean something else.

Versions are told by the names of the folders that installers leave beside packages, which takes no time to read.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec

from redo_py.remote.api.package import PASSED_OVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec

    # top-level module -> the distribution that it is of, and its version
    Used = Mapping[str, Sequence[str]]
    # top-level module -> the distribution, its version here and that on the other side, "" for one that is not there
    Differing = Mapping[str, Sequence[str]]

IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import\b|import[ \t]+([^#;\n]+))", re.MULTILINE)
NOTES = (".dist-info", ".egg-info")  # what the folder ends with that an installer leaves
LISTS = ("RECORD", "top_level.txt")  # files in it that name what was installed
OURS = frozenset(("redo_py", "redun"))


def imported_in(content: bytes) -> set[str]:
    """The top-level modules that a Python source may import, also those of functions that are never called."""
    found = set()
    for module, several in IMPORT.findall(content):
        for each in (module or several).decode("utf-8", "replace").split(","):
            top = each.split(" as ")[0].strip().partition(".")[0]
            if top.isidentifier():
                found.add(top)
    return found


def installed() -> dict[str, tuple[str, str, str]]:
    """What was installed where this process looks for modules: by its plain name the distribution, its version, and
    the folder with notes of it. What comes first counts."""
    found: dict[str, tuple[str, str, str]] = {}
    for folder in sys.path:
        for name in _names_in(folder or "."):
            if name.endswith(NOTES):
                distribution, _, version = name.rpartition(".")[0].partition("-")
                found.setdefault(plain(distribution), (distribution, version.partition("-py")[0], f"{folder}/{name}"))
    return found


def plain(name: str) -> str:
    """The one spelling of the name of a distribution."""
    return re.sub(r"[-_.]+", "-", name).lower()


def packages_of(tops: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The distributions of those of these top-level modules that an installed package has, and their versions."""
    known = installed()
    found, others = {}, {}
    for top in sorted({*tops} - sys.stdlib_module_names - OURS):
        named = known.get(plain(top))
        if named is not None:
            found[top] = named[:2]
        elif place := _place_of(top):
            others[top] = place
    for distribution, version, notes in known.values():
        here = [top for top, place in others.items() if place == os.path.dirname(notes)]
        if here:
            listed = b"\n".join((b"", *(_content(f"{notes}/{name}") for name in LISTS), b""))
            found.update((top, (distribution, version)) for top in here if _lists(listed, top.encode()))
    return found


def _lists(listed: bytes, top: bytes) -> bool:
    """Whether a module is among what was installed."""
    return any(b"\n" + top + end in listed for end in (b"/", b".py,", b".abi3.so,", b".cpython", b"\n"))


def _place_of(top: str) -> str:
    """The folder in which a top-level module is found; "" if it is not."""
    spec = _spec_of(top)
    places = (list(spec.submodule_search_locations or ()) or [spec.origin or ""]) if spec is not None else [""]
    return os.path.dirname(places[0])


def _spec_of(top: str) -> ModuleSpec | None:
    try:
        return find_spec(top)
    except (ImportError, ValueError):  # it has none, as `__main__`
        return None


def differing(used: Used) -> dict[str, tuple[str, str, str]]:
    """What this process has not, or in another version, of what the other side has `used`."""
    if not used:
        return {}
    own = installed()
    found = {}
    for top, (distribution, version) in used.items():
        here = own.get(plain(distribution))
        if here is not None and here[1] != version:
            found[top] = (distribution, version, here[1])
        elif here is None and top not in sys.modules and _spec_of(top) is None:
            found[top] = (distribution, version, "")
    return found


def told(found: Differing, with_absent: bool = True) -> str:
    """In words what differs, `numpy is 1.26.4 there and 2.1.0 here`; "" if nothing does."""
    said = {}
    for distribution, here, there in found.values():
        if there or with_absent:
            said[distribution] = f"{distribution} is {there or 'not'} there and {here} here"
    return ", ".join(said.values())


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # a zip file, or nothing
        return []


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


class UsedPackages:
    """The packages that the modules of the project at `root` import which this process has loaded so far."""

    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/")
        self._count = -1  # of modules when it was looked
        self._tops: dict[str, set[str]] = {}  # by the path of a module, what it imports
        self._found: dict[str, tuple[str, str]] = {}

    def now(self) -> dict[str, tuple[str, str]]:
        """As an Used. May be called by any thread, but by one at a time."""
        if self._count == len(sys.modules):
            return self._found
        self._count = len(sys.modules)
        before = len(self._tops)
        for path in self._paths():
            if path not in self._tops:
                self._tops[path] = imported_in(_content(path))
        if len(self._tops) > before:
            self._found = packages_of(set().union(*self._tops.values()))
        return self._found

    def _paths(self) -> Iterator[str]:
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if not isinstance(path, str) or not path.endswith(".py") or not path.startswith(f"{self._root}/"):
                continue
            if PASSED_OVER.isdisjoint(path.split("/")[self._root.count("/") :]):
                yield path
