"""How a run is carried out, from what the command line and the settings say."""

from __future__ import annotations

import os

from redo_py.app.running.arguments.scalars import json_or_text
from redo_py.config.home import user_name
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.app.running.arguments.request import RunRequest
    from redo_py.app.running.workspace import RunWorkspace


class RunOptions:
    """How a run is carried out."""

    __slots__ = ("argv", "cache", "context", "dry", "id", "jobs", "max_failures", "prov", "tags")

    def __init__(
        self,
        argv: Sequence[str] = (),
        dry: bool = False,
        cache: bool = True,
        prov: bool = True,
        jobs: int | None = None,
        max_failures: int | None = 1,
        tags: Iterable[tuple[str, Any]] = (),
        context: Mapping[str, Any] | None = None,
        id: bytes = b"",
    ) -> None:
        self.argv = tuple(argv)  # how it was asked for, for the record
        self.dry = dry  # take what is remembered, run nothing
        self.cache = cache  # False: take no result of an earlier execution
        self.prov = prov  # False: record nothing of what the asked-for calls call
        self.jobs = jobs  # how many tasks run at once; None: as the settings say
        self.max_failures = max_failures  # None: never stop for a failure
        self.tags = [(name, as_plain(value)) for name, value in tags]  # of the execution: (key, plain data)
        self.context = dict(context or {})
        self.id = id  # 16 bytes; b"": a new one


def options_of(request: RunRequest, workspace: RunWorkspace, namespace: str) -> RunOptions:
    """The options that `request` asks for, for a task of `namespace`. Raises UsageError."""
    return RunOptions(
        ("redun", *request.argv),
        request.dry,
        request.cache,
        request.prov,
        request.jobs,
        request.max_failures,
        tags_of(request, workspace, namespace),
        context_of(request, workspace),
        execution_id_of(request.execution_id) if request.execution_id else b"",
    )


def pair(text: str) -> tuple[str, Any]:
    """`NAME=VALUE`, whose value is JSON or else a text."""
    name, _, value = text.partition("=")
    return name, json_or_text(value)


def as_plain(value: Any) -> Any:
    """The value of a tag as data that JSON has; what is none is its text."""
    if isinstance(value, str):
        return value
    import json

    return json.loads(json.dumps(value, default=str))


def tags_of(request: RunRequest, workspace: RunWorkspace, namespace: str) -> list[tuple[str, Any]]:
    """The tags of the execution: of the settings, of the place, of the line. A task of a namespace is of the project of
    that name, if nobody says another one."""
    environ = workspace.environ
    tags: dict[str, Any] = dict(workspace.settings.tags)
    from redo_py.app.running.commit import commit_of

    tags.update(commit_of(workspace.root, environ))
    if "local" not in request.exclude_users:
        user = request.user or user_name(environ)
        tags.update({"user": user} if user else {})
    project = request.project or tags.get("project") or namespace
    tags.update({name: value for name, value in (("project", project), ("doc", request.doc)) if value})
    return [*tags.items(), *map(pair, request.tags)]


def context_of(request: RunRequest, workspace: RunWorkspace) -> dict[str, Any]:
    """The values that tasks read by name: of the file that the settings name, of the settings, of the file and then of
    the values that the line names. Raises UsageError."""
    settings = workspace.settings
    context: dict[str, Any] = {}
    if settings.context_file:
        path = settings.context_file
        context = context_in(path if "://" in path else os.path.join(workspace.root, path))
    merge(context, settings.context)
    if request.context_file:
        merge(context, context_in(request.context_file))
    for text in request.context:
        path, value = pair(text)
        for name in reversed(path.split(".")):
            value = {name: value}
        merge(context, value)
    return context


def merge(context: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put `more` into `context`: a dict into a dict value by value, anything else in the place of what is there."""
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(context.get(name), dict):
            merge(context[name], value)
        else:
            context[name] = value


def context_in(path: str) -> dict[str, Any]:
    """The context that the JSON file at `path` holds, which may be in another file system; raises UsageError."""
    import json

    from redo_py.files.public import File

    try:
        with File(path).open() as stream:
            context = json.load(stream)
    except OSError as error:
        raise UsageError("context-file", path=path, reason=str(error.strerror)) from None
    except ValueError as error:
        raise UsageError("context-file", path=path, reason=f"it is no JSON: {error}") from None
    if not isinstance(context, dict):
        raise UsageError("context-file", path=path, reason="it holds no JSON object")
    return context


def execution_id_of(text: str) -> bytes:
    """The 16 bytes of an id; raises UsageError."""
    digits = text.replace("-", "")
    try:
        if len(digits) == 32:
            return bytes.fromhex(digits)
    except ValueError:
        pass
    raise UsageError("option-value", option="--execution-id", wanted="a UUID", value=text)
