"""What a task is called: its name, and the namespace before it."""

from __future__ import annotations

from sys import _getframe, modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_CURRENT = "__redun_namespace__"  # the variable in which a module keeps what its `namespace()` said last


def namespace(name: str | None = None) -> None:
    """From here on the tasks of the calling module have this namespace, unless they or `redun_namespace` say another;
    None: none. Raises ValueError for what cannot be one."""
    if name:
        check_namespace(name)
    _getframe(1).f_globals[_CURRENT] = name or ""


def get_current_namespace() -> str:
    """The namespace that a task defined here, in the calling module, would have."""
    return namespace_in(_getframe(1).f_globals)


def namespace_in(names: Mapping[str, Any]) -> str:
    """The namespace of the tasks of a module with these names: `redun_namespace`, else what `namespace()` said."""
    own = names.get("redun_namespace")
    if own is None:
        return str(names.get(_CURRENT, ""))
    return check_namespace(own)


def names_around(func: Callable[..., Any]) -> Mapping[str, Any]:
    """The names of the module in which `func` stands."""
    found = getattr(func, "__globals__", None)
    if found is None:
        found = getattr(modules.get(getattr(func, "__module__", None) or ""), "__dict__", {})
    return found


def check_name(name: Any) -> str:
    """`name`, if a task can be called that; else raises TypeError or ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a task is a text, not {name!r}")
    if not (name.isascii() and name.isidentifier()):
        hint = ": say name=... for a lambda" if name == "<lambda>" else ""
        raise ValueError(f"a task cannot be called {name!r}: letters, digits and `_`, beginning with no digit{hint}")
    return name


def check_namespace(name: Any) -> str:
    """`name`, if a namespace can be called that; else raises TypeError or ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"a namespace is a text, not {name!r}")
    if name and not (name.isascii() and name[0] != "." and name.replace(".", "_").isidentifier()):
        raise ValueError(
            f"a namespace cannot be called {name!r}: letters, digits, `_` and `.`, beginning with a letter"
        )
    return name
