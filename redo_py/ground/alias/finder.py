"""The finder that gives our modules to whoever imports `redun`, and what these modules are."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

from redo_py.ground.alias.names import GONE, SAME, TOP, absent, names_of, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any

    Tell = Callable[[str], None]


class Alias(ModuleType):
    """A module of redun's tree. Its names are loaded when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        """The name, or the module below; raises AttributeError, or ImportError where an import statement asks."""
        if name.startswith("__") and name != "__version__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        place = place_of(self.__name__, name)
        if place is not None:
            _FINDER.notice()
            found = self.__dict__[name] = getattr(import_module(place[0]), place[1])
            return found
        if f"{self.__name__}.{name}" in SAME:
            return import_module(f"{self.__name__}.{name}")
        raise _refusal(self.__name__, name, sys._getframe(1))

    def __setattr__(self, name: str, value: Any) -> None:
        """`redun.task` stays the decorator when the module of that name has been imported."""
        if not (isinstance(value, Alias) and place_of(self.__name__, name) is not None):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*self.__dict__, *names_of(self.__name__)]


class AliasFinder:
    """Finds and loads the modules of redun's tree."""

    def __init__(self) -> None:
        self.tell: Tell | None = None  # who hears, once, that another redun is left aside

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of redun's tree; None for any other. Raises ModuleNotFoundError for one that is not
        here, with what to use instead."""
        if fullname != TOP and not fullname.startswith(TOP + "."):
            return None
        if fullname not in SAME:
            raise ModuleNotFoundError(absent(_nearest_gone(fullname)), name=fullname)
        is_package = any(name.startswith(fullname + ".") for name in (*SAME, *GONE))
        loader: Any = self
        return ModuleSpec(fullname, loader, origin="redo_py", is_package=is_package)

    def create_module(self, spec: ModuleSpec) -> Alias:
        """An empty module: its names come later."""
        return Alias(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Only the names of `from redun import *` are known at once."""
        module.__dict__["__all__"] = names_of(module.__name__)

    def notice(self) -> None:
        """Say that there is another redun, if there is and this has not been said."""
        tell, self.tell = self.tell, None
        place = real_redun() if tell is not None else ""
        if tell is not None and place:
            tell(
                f"`import redun` gives redo_py, and not {place}: what runs here has one graph and one cache"
                ' (`[compat] redun = "real"` in redun.toml turns this off)'
            )


_FINDER = AliasFinder()


def install(tell: Tell | None = None) -> None:
    """From now on `import redun` gives ours, unless a redun has been imported already. May be called again: the
    latest `tell` hears of another redun when a workflow first uses the name."""
    if TOP in sys.modules and not isinstance(sys.modules[TOP], Alias):
        return
    _FINDER.tell = tell
    if TOP in sys.modules:
        return
    sys.meta_path.insert(0, _FINDER)
    import_module(TOP)  # it is in sys.modules now, so no finder that comes before ours is asked


def real_redun() -> str:
    """Where `import redun` would find another redun; "" if nowhere."""
    for finder in sys.meta_path:
        spec = finder.find_spec(TOP, None) if finder is not _FINDER else None
        if spec is not None:
            return spec.origin or TOP
    return ""


def _refusal(module: str, name: str, frame: FrameType) -> Exception:
    """AttributeError for `redun.x`, so that hasattr works; ImportError for `from redun import x`, which would hide the
    text of an AttributeError."""
    from opcode import opmap

    text = absent(f"{module}.{name}") if f"{module}.{name}" in GONE else absent(module, name)
    if frame.f_code.co_code[frame.f_lasti] == opmap["IMPORT_FROM"]:
        return ImportError(text)
    return AttributeError(text)


def _nearest_gone(fullname: str) -> str:
    """The module at or above `fullname` of which there is something to say."""
    name = fullname
    while name and name not in GONE:
        name = name.rpartition(".")[0]
    return name or fullname
