"""What there is to run: the tasks of a file, the arguments of a task, and what is known of both."""

from __future__ import annotations

from redo_py.app.report import printable
from redo_py.app.running.arguments.parameters import others_of, parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redo_py.app.running.arguments.parameters import Parameter
    from redo_py.app.running.script import Script
    from redo_py.app.tasks import ProjectTasks
    from redo_py.tasks.task import Task

LONGEST = 60  # characters of a default
OURS = "redun."  # the namespace of what comes with redun, which a script may have imported
NO_TASKS = "has no tasks: `@task` above a function makes one"


def tasks_in(script: Script) -> Iterator[str]:
    """The lines that list the tasks of `script`."""
    tasks = script.tasks()
    if not tasks:
        yield f"{script.named} {NO_TASKS}"
        return
    yield f"Tasks of {script.named}; `redun run {script.named} TASK --help` shows the arguments of one:"
    yield ""
    own = [task for task in tasks.values() if not task.fullname.startswith(OURS)]
    yield from aligned((task.fullname, summary_of(task)) for task in own or tasks.values())


def arguments_of(task: Task, called: str) -> Iterator[str]:
    """The lines that tell how `task` is called; `called` is the beginning of the command line."""
    parameters, others = parameters_of(task).values(), others_of(task)
    further = [f"--NAME {others.metavar}"] if others is not None else []
    yield " ".join([called, *map(usage_of, parameters), *(f"[{each}...]" for each in further)])
    doc = documentation_of(task)
    if doc:
        yield ""
        yield from doc.splitlines()
    rows = [(spelled(parameter), meaning_of(parameter)) for parameter in parameters]
    rows += [(each, f"{others.wanted}, under any name") for each in further if others is not None]
    if rows:
        yield ""
        yield from aligned(rows)


def facts_of_all(script: Script, tasks: ProjectTasks) -> Iterator[str]:
    """The lines that tell what the tasks of `script` are: hash, place, documentation."""
    for number, task in enumerate(script.tasks().values()):
        if number:
            yield ""
        yield from facts_of(task, tasks)
    if not script.tasks():
        yield f"{script.named} {NO_TASKS}"


def facts_of(task: Task, tasks: ProjectTasks) -> Iterator[str]:
    """The lines that tell what `task` is."""
    code = getattr(task.func, "__code__", None)
    yield f"Task {task.fullname}"
    facts = [("hash", tasks.digest(task).hex())]
    facts += [("place", f"{code.co_filename}:{code.co_firstlineno}")] if code is not None else []
    facts += [(name, repr(value)) for name, value in task.own_options.items()]
    yield from aligned(facts)
    yield from (f"  {line}".rstrip() for line in documentation_of(task).splitlines())


def source_of(task: Task, tasks: ProjectTasks) -> Iterator[str]:
    """The lines that tell what `task` is, with its code."""
    yield from facts_of(task, tasks)
    yield ""
    yield from tasks.text(task).splitlines()


def aligned(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Rows of two columns, indented."""
    table = list(rows)
    width = max((len(name) for name, _ in table), default=0)
    for name, text in table:
        yield f"  {name.ljust(width)}  {text}".rstrip()


def usage_of(parameter: Parameter) -> str:
    """A parameter as it stands in the line that shows how a task is called."""
    return spelled(parameter) if parameter.is_required else f"[{spelled(parameter)}]"


def spelled(parameter: Parameter) -> str:
    """The option of a parameter and what follows it."""
    if parameter.is_flag:
        return f"{parameter.option}/--no-{parameter.option[2:]}"
    return f"{parameter.option} {parameter.parser.metavar}"


def meaning_of(parameter: Parameter) -> str:
    """What a parameter takes, and what it is without."""
    wanted = parameter.parser.wanted + (", any number of them" if parameter.parser.metavar.endswith("...") else "")
    if parameter.is_required:
        return wanted
    shown = printable(repr(parameter.default))
    return f"{wanted}; without it {shown if len(shown) <= LONGEST else shown[: LONGEST - 3] + '...'}"


def summary_of(task: Task) -> str:
    """The first line of what a task says of itself."""
    return documentation_of(task).partition("\n")[0]


def documentation_of(task: Task) -> str:
    """The docstring of a task without the indentation of its lines."""
    lines = (task.func.__doc__ or "").expandtabs().strip().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([*lines[:1], *(line[margin:].rstrip() for line in lines[1:])])
