"""Special forms: generators that get the execution, their cell, and their arguments unevaluated; they yield what they
want evaluated and are sent its value or thrown its error. What they return is evaluated further and is the form's
value.

Most executions need one or two of them, or none: they are loaded when the first expression names one.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    Form = Callable[..., Generator[Any, Any, Any]]


def form(name: str) -> Form:
    """The form that a SchedulerExpression names. Raises KeyError for one that is none."""
    found = _loaded.get(name)
    if found is None:
        _loaded.update(FORMS[name]())
        found = _loaded[name]
    return found


def _catching() -> dict[str, Form]:
    from redo_py.engine.forms.catching import catch, catch_all, settle

    return {"catch": catch, "catch_all": catch_all, "settle": settle}


def _control() -> dict[str, Form]:
    from redo_py.engine.forms.control import cond, seq

    return {"cond": cond, "seq": seq}


def _mapping() -> dict[str, Form]:
    from redo_py.engine.forms.mapping import map_form, map_task, starmap

    return {"map": map_form, "map_": map_task, "starmap": starmap}


def _own() -> dict[str, Form]:
    from redo_py.engine.forms.own import scheduler_task

    return {"scheduler_task": scheduler_task}


def _paths() -> dict[str, Form]:
    from redo_py.engine.forms.paths import need, product

    return {"need": need, "product": product}


def _reading() -> dict[str, Form]:
    from redo_py.engine.forms.reading import context

    return {"context": context}


def _tagging() -> dict[str, Form]:
    from redo_py.engine.forms.tagging import apply_tags

    return {"apply_tags": apply_tags}


def _threads() -> dict[str, Form]:
    from redo_py.engine.forms.threads import fork_thread, join_thread

    return {"fork_thread": fork_thread, "join_thread": join_thread}


FORMS: dict[str, Callable[[], dict[str, Form]]] = {  # name -> what loads it, and those that lie beside it
    "cond": _control,
    "catch": _catching,
    "catch_all": _catching,
    "settle": _catching,
    "seq": _control,
    "map": _mapping,
    "map_": _mapping,
    "starmap": _mapping,
    "need": _paths,
    "product": _paths,
    "context": _reading,
    "apply_tags": _tagging,
    "fork_thread": _threads,
    "join_thread": _threads,
    "scheduler_task": _own,
}
_loaded: dict[str, Form] = {}
