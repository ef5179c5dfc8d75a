"""`redun compdb`: the compile commands of some targets, as clangd and its kind read them. Nothing is run."""

from __future__ import annotations

import os

from redo_py.app.leave import leave
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.request import defines
from redo_py.app.views.compiling import calls_in
from redo_py.app.views.planned import known_text, planned, steps_of
from redo_py.front.redunfile.planning.requests import default_members, resolve
from redo_py.ground.nested import collect
from redo_py.ir.expression import SchedulerExpression
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.app.views.planned import Step
    from redo_py.front.redunfile.instances.instance import Instance

    Entry = dict[str, Any]  # directory, arguments, file and perhaps output, as the JSON has them

FILE = "compile_commands.json"  # where tools look, in the project's root
MARKS = (b'"directory"', b"[]", b"[\n]")  # what such files begin with, whoever wrote them
UNKNOWN = "\0"  # in the place of what is only known when a command runs; a word with it is left out


def compdb(
    request: Request, output: str, everything: bool, environ: Mapping[str, str], write: Callable[[str], None]
) -> int:
    """Write the compile commands of the targets, or with `everything` all commands, to the file `output`, "-" for
    standard output; the exit status. Raises UsageError and ErrorList as a build of the targets would."""
    place = os.path.abspath(output) if output else ""
    project = Project(request.directory, request.file, environ, request.profile)
    try:
        entries = list(entries_of(project, request, everything))
        place = place or os.path.join(project.root, FILE)
    finally:
        project.close()
    kept = [entry for entry in entries if is_text(entry)]
    text = as_json(kept)
    if output == "-":
        write(text)
        return 0
    changed = leave(place, text.encode(), *MARKS)
    write(summary(output or FILE, len(kept), len(entries) - len(kept), changed))
    return 0


def entries_of(project: Project, request: Request, everything: bool) -> Iterator[Entry]:
    """One entry for each command, or for each file that one compiles; each once."""
    opened = OpenRedunfile(project, defines(request.defines))
    planner, here = opened.planner, project.here
    targets = [each for target in request.targets for each in resolve(planner, target, here)]
    seen: set[str] = set()
    for instance in planned(planner, targets if request.targets else default_members(planner, here)):
        for step in steps_of(instance.expression):
            found = [whole(project, instance, step)] if everything else compilations(project, step)
            for entry in found:
                if repr(entry) not in seen:
                    seen.add(repr(entry))
                    yield entry


def compilations(project: Project, step: Step) -> Iterator[Entry]:
    """What one command compiles, a file at a time."""
    _, folder, shell, _ = step
    if not is_posix(shell):
        return
    for call in calls_in(known_text(step, UNKNOWN), folder):
        for source in call.sources:
            yield entry_for(project, call.folder, call.words, source, call.output)


def whole(project: Project, instance: Instance, step: Step) -> Entry:
    """A command whatever it does: about its first input, or the redunfile if it has none."""
    _, folder, shell, _ = step
    text = known_text(step, "…")
    calls = calls_in(text, folder) if is_posix(shell) else []
    is_simple = len(calls) == 1 and text.split() == calls[0].words
    words = calls[0].words if is_simple else [*(shell or "bash").split(), "-c", text]
    source = os.path.join(project.root, first_input(instance) or project.file)
    outputs = [os.path.join(project.root, output.path) for output in instance.values]
    return entry_for(project, folder, words, source, outputs[0] if outputs else "")


def first_input(instance: Instance) -> str:
    """The path of the first file that a step uses; "" if it uses none."""
    for item in collect(instance.expression.kwargs["inputs"], (File, SchedulerExpression)):
        if isinstance(item, File):
            return item.path
        if item.form == "product":
            return str(item.args[1])
    return ""


def entry_for(project: Project, folder: str, words: list[str], source: str, output: str) -> Entry:
    """The entry; `source` and `output` are relative to `folder`, or absolute."""
    directory = os.path.normpath(os.path.join(project.root, folder))
    entry: Entry = {"directory": directory, "arguments": words, "file": source}
    return {**entry, "output": output} if output else entry


def is_posix(shell: str) -> bool:
    """Whether the interpreter reads its text as bash does; "" is bash."""
    return os.path.basename(shell.split(" ")[0]) in ("", "bash", "sh", "dash", "zsh", "ksh")


def is_text(entry: Entry) -> bool:
    """Whether JSON can hold the entry: names may be any bytes."""
    try:
        "".join((entry["directory"], *entry["arguments"], entry["file"], entry.get("output", ""))).encode()
    except UnicodeEncodeError:
        return False
    return True


def as_json(entries: list[Entry]) -> str:
    """The compilation database, an entry on each line, so that versions of it can be compared."""
    from json import dumps

    lines = ",\n".join(dumps(entry, ensure_ascii=False) for entry in entries)
    return f"[\n{lines}\n]\n" if entries else "[]\n"


def summary(name: str, count: int, left_out: int, changed: bool) -> str:
    """What to tell."""
    commands = f"{count:,} {'command' if count == 1 else 'commands'}"
    said = f"redun: wrote {name}: {commands}\n" if changed else f"redun: {name} is up to date: {commands}\n"
    if left_out:
        said += f"redun: {left_out:,} left out: their words are not UTF-8, and JSON cannot hold them\n"
    return said
