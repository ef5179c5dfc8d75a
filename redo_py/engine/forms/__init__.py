"""Special forms: generators that get the execution, their cell, and their arguments unevaluated; they yield what they
want evaluated and are sent its value or thrown its error. What they return is evaluated further and is the form's
value."""

from __future__ import annotations

from redo_py.engine.forms.catching import catch, catch_all, settle
from redo_py.engine.forms.control import cond, seq
from redo_py.engine.forms.mapping import map_form, map_task, starmap
from redo_py.engine.forms.own import scheduler_task
from redo_py.engine.forms.paths import need, product
from redo_py.engine.forms.reading import context
from redo_py.engine.forms.tagging import apply_tags
from redo_py.engine.forms.threads import fork_thread, join_thread
from redo_py.tasks.scheduling import FORM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    Form = Callable[..., Generator[Any, Any, Any]]

FORMS: dict[str, Form] = {
    "cond": cond,
    "catch": catch,
    "catch_all": catch_all,
    "settle": settle,
    "seq": seq,
    "map": map_form,
    "map_": map_task,
    "starmap": starmap,
    "need": need,
    "product": product,
    "context": context,
    "apply_tags": apply_tags,
    "fork_thread": fork_thread,
    "join_thread": join_thread,
    FORM: scheduler_task,
}
