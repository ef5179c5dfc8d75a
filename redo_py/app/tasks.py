"""Tasks by name, for the engine: redun's own, those of the project's modules, functions used as tasks."""

from __future__ import annotations

import os
import sys

from redo_py.ground.errors import UsageError
from redo_py.ground.hashing import CODE, FILE, digest
from redo_py.ground.nested import substitute
from redo_py.tasks.builtin import BUILTIN
from redo_py.tasks.declaration.signature import Signature
from redo_py.tasks.reading.parts import CodeDigest, digest_of_parts
from redo_py.tasks.task import REGISTRY, Task
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from redo_py.front.modules import Project


class NamedTask:
    """A task under the name that this process knows it by."""

    __slots__ = ("fullname", "task")

    def __init__(self, fullname: str, task: Task) -> None:
        self.fullname = fullname
        self.task = task


class ProjectTasks:
    """The Tasks door. `open_project` is called when the first task of a module is asked for, not before."""

    def __init__(self, open_project: Callable[[], Project]) -> None:
        self._open_project = open_project
        self._given: dict[str, Task] = {}  # name in this process -> a task with options of the redunfile
        self._parts: dict[int, tuple[Task, dict[str, tuple[bytes, str, int]]]] = {}
        self._digests: dict[int, bytes] = {}
        self._values: dict[int, tuple[object, bytes]] = {}  # functions and classes among arguments -> their code

    def resolve(self, name: str) -> Task:
        """The task of that full name; raises UsageError when there is none."""
        task = BUILTIN.get(name) or self._given.get(name) or REGISTRY.get(name)
        if task is None and name.startswith("redun."):
            import redo_py.library.every  # noqa: F401 - it defines redun's own, which nothing may have imported yet

            task = BUILTIN.get(name) or REGISTRY.get(name)
        if task is None:
            raise UsageError("unknown-task", name=name)
        return task

    def use(self, module: str, name: str, options: Mapping[str, Any]) -> NamedTask:
        """The task `name` of `module` as a redunfile uses it: a plain function becomes one, and gets File arguments as
        its annotations ask for."""
        found = self._open_project().member(module, name)
        asked = name
        if isinstance(found, Task):
            base, namespace = found.func, found.namespace
            merged = {**found.own_options, **options}
            name = found.name
        elif hasattr(found, "__code__"):
            base, namespace, merged = found, module, dict(options)
        else:
            raise UsageError("no-function", module=module, name=name, kind=type(found).__name__)
        made = Task(base, name, namespace, merged)
        made.caller = converting(base, self._forms(module, asked))
        key = self._key(made)
        self._given[key] = made
        return NamedTask(key, made)

    def digest(self, task: Task) -> bytes:
        """What identifies the task: its name, its code and all of the project that it reaches."""
        known = self._digests.get(id(task))
        if known is None:
            text = task.fullname.encode() + b"\0" + digest_of_parts(self.parts(task))
            known = self._digests[id(task)] = digest(CODE, text)
        return known

    def digest_alone(self, task: Task) -> bytes:
        """What tells whether two processes have read the same code of the task, of which one may have imported less:
        what other modules change of those that it reaches is left out. It is a CodeDigest if there is any of that."""
        parts = self._parts_alone(task)
        if parts is self.parts(task):
            return self.digest(task)
        return self._with_modules(task, digest(CODE, task.fullname.encode() + b"\0" + digest_of_parts(parts)))

    def digest_of_files(self, task: Task) -> bytes:
        """The same if not the same packages are there: of the whole files that it reaches."""
        project = self._open_project()
        files = sorted({file for _, file, _ in self._parts_alone(task).values() if file})
        sources = [project.source_at(os.path.join(project.root, file)) for file in files]
        told = [task.fullname.encode(), *(digest(FILE, source.data) for source in sources if source is not None)]
        return self._with_modules(task, digest(CODE, b"\0".join(told)))

    def _with_modules(self, task: Task, code: bytes) -> CodeDigest:
        from redo_py.tasks.code.nodes import changed_in

        made = CodeDigest(code)
        made.modules = tuple(changed_in(self.parts(task)))
        return made

    def parts(self, task: Task) -> dict[str, tuple[bytes, str, int]]:
        """The named pieces behind `digest`: name -> (digest, file, line)."""
        known = self._parts.get(id(task))
        if known is None:
            known = self._parts[id(task)] = (task, self._find_parts(task))
        return known[1]

    def _parts_alone(self, task: Task) -> dict[str, tuple[bytes, str, int]]:
        """`parts` without what modules change of each other."""
        from redo_py.tasks.code.nodes import CHANGED_IN

        parts = self.parts(task)
        if not any(CHANGED_IN in part for part in parts):
            return parts
        from redo_py.tasks.code.identify import task_parts

        return task_parts(task, self._open_project(), alone=True)

    def code_of(self, item: object) -> bytes:
        """What identifies the code of the project that a function, method or class leads to; b"" if that is none."""
        known = self._values.get(id(item))
        if known is None:
            from redo_py.tasks.code.identify import value_parts

            parts = value_parts(item, self._open_project())
            known = self._values[id(item)] = (item, digest_of_parts(parts) if parts else b"")
        return known[1]

    @property
    def rests_on_packages(self) -> bool:
        """Whether the version of an installed package identifies a task: no file of the project shows its change."""
        return any(part.endswith("(installed)") for _, parts in self._parts.values() for part in parts)

    @property
    def rests_on_computed(self) -> bool:
        """Whether a value that a module of the project computes when it is imported identifies a task."""
        own = [parts for task, parts in self._parts.values() if task.fullname not in BUILTIN]
        if not own:
            return False
        from redo_py.app.computed import rests_on_computed

        project = self._open_project()
        return any(rests_on_computed(project, parts) for parts in own)

    def text(self, task: Task) -> str:
        """The source text, for the record."""
        if task.fullname in BUILTIN:
            return ""
        from redo_py.tasks.code.identify import code_text

        return code_text(task.func, self._open_project())

    def _forms(self, module: str, name: str) -> dict[str, str]:
        """Parameter -> the form in which its annotation asks for files."""
        from redo_py.front.literals import kind_of

        return {each.name: each.form for each in kind_of(self._open_project(), module, name).parameters if each.form}

    def _find_parts(self, task: Task) -> dict[str, tuple[bytes, str, int]]:
        if task.fullname in BUILTIN:
            assert task.version is not None
            return {"version": (digest(CODE, task.version.encode()), "", 0)}
        from redo_py.tasks.code.identify import task_parts

        project = self._open_project()
        parts = task_parts(task, project)
        if task.version is None and "redo_py.build" in sys.modules:
            from redo_py.front.embedded.reached import check_reached

            check_reached(project, task.fullname, parts)
        return parts

    def _key(self, made: Task) -> str:
        """The task's full name, with a number behind it if the same name stands for another identity already."""
        key, number = made.fullname, 1
        while key in self._given and not same_identity(self._given[key], made):
            number += 1
            key = f"{made.fullname}#{number}"
        return key


def same_identity(one: Task, other: Task) -> bool:
    """Whether two tasks of one full name are the same function with the same options."""
    return one.func is other.func and one.own_options == other.own_options


def converting(function: Callable[..., Any], forms: Mapping[str, str]) -> Callable[..., Any]:
    """`function`, but Files and Outputs in the arguments named by `forms` arrive as text ("str") or Path ("path")."""
    if not forms:
        return function
    signature = Signature(function, sets_aside=False)  # a session is there by then

    def convert(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(args, kwargs)
        for name, form in forms.items():
            bound[name] = substitute(bound[name], PathLike, as_path if form == "path" else as_text)
        args, kwargs = signature.unbind(bound)
        return function(*args, **kwargs)

    return convert


def as_text(file: PathLike) -> str:
    """What a parameter annotated `str` gets for a file."""
    return file.path


def as_path(file: PathLike) -> Path:
    """What a parameter annotated `Path` gets for a file."""
    from pathlib import Path

    return Path(file.path)
