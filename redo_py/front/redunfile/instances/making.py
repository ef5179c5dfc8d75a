"""Making the expression of an instance once its body has run and all that it needs has its expression.

One TaskExpression: of `redun.command` for commands, of the user's task when that is all, of `redun.steps` for both.
What is in `args` and `kwargs` is in the key, what is in `options` never is.
"""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import PendingCall
from redo_py.front.redunfile.names.paths import joined
from redo_py.ground.nested import collect
from redo_py.ir.expression import SimpleExpression, TaskExpression
from redo_py.tasks.builtin import COMMAND, STEPS
from redo_py.tasks.task import TaskReference
from redo_py.values.file import File, Output, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.instances.body import Body, Step
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.plans import Plan


def make(planner: Plan, instance: Instance) -> Any:
    """The expression of `instance`, whose body has run."""
    if instance.kind == "lazy":
        return as_expression(planner.lowering.lower(instance.value))
    body = instance.body
    assert body is not None
    options = _options(planner, instance, body)
    _check_executor(planner, instance, body)
    if body.call is None:
        return TaskExpression(COMMAND, (), _arguments(planner, body), options, instance.span)
    call = planner.lowering.lower(body.call)
    if not body.steps and "version" not in instance.options and _says_all(planner, body, call):
        return TaskExpression(call.task_name, call.args, call.kwargs, {**call.options, **options}, instance.span)
    part = ("call", TaskReference(call.task_name), call.args, dict(call.kwargs))
    return TaskExpression(STEPS, (), _arguments(planner, body, (part,)), {**call.options, **options}, instance.span)


def _check_executor(planner: Plan, instance: Instance, body: Body) -> None:
    """Executor "command" runs commands alone, "thread" functions, with commands before them or without."""
    unfit, what = ("thread", "commands alone") if body.call is None else ("command", "a function")
    asked = (instance.options, body.call.imported.options if body.call is not None else {})
    if any(options.get("executor") == unfit for options in asked):
        raise planner.redunfile.error("executor-unfit", instance.span, name=instance.name, executor=unfit, what=what)


def as_expression(value: Any) -> Any:
    """A container of lazy values as one expression."""
    kind = type(value).__name__
    return SimpleExpression(kind, (value,)) if kind in ("list", "tuple", "dict") else value


def _arguments(planner: Plan, body: Body, calls: tuple[Any, ...] = ()) -> dict[str, Any]:
    """The keyword arguments of `redun.command`, or of `redun.steps` when there are calls."""
    common, own = body.environment()
    steps = tuple([_step(planner, step, exports) for step, exports in zip(body.steps, own, strict=True)])
    arguments: dict[str, Any] = (
        {"parts": (*[("command", step) for step in steps], *calls)} if calls else {"steps": steps}
    )
    arguments["inputs"] = tuple([_input(planner, item) for item in body.inputs.values()])
    arguments["outputs"] = body.instance.values
    own_env = planner.lowering.lower(dict(common)) if common else {}
    arguments["env"] = {**planner.host.passed, **_named_variables(planner, body), **own_env}
    arguments["tools"] = _tools(planner, body, arguments["env"])
    version = body.instance.options.get("version")
    arguments["system"] = planner.host.system + (f", version {version}" if version is not None else "")
    return arguments


def _named_variables(planner: Plan, body: Body) -> dict[str, str]:
    """The variables that `env()` names, as far as they are set: those that the body itself reads, and of those read at
    the top level the ones that a command of the body names. Others are not handed on: a command that cannot see a
    variable need not run again when it changes."""
    redunfile, recipe = planner.redunfile, body.instance.recipe
    assert recipe is not None  # a lazy name has no body
    names = [name for name in recipe.unit.variables if any(step.names(name) for step in body.steps)]
    read = {name: redunfile.reads.env[name] for name in (*names, *body.variables)}
    return {name: value for name, value in read.items() if value is not None}


def _step(planner: Plan, step: Step, exports: Mapping[str, Any]) -> tuple[Any, str, str, str]:
    text = step.text(exports)
    return (text if type(text) is str else planner.lowering.lower(text), step.cwd, step.shell, step.stdin)


def _tools(planner: Plan, body: Body, env: Mapping[str, Any]) -> tuple[Tool | SimpleExpression, ...]:
    """The executables whose identity counts: those that are no inputs anyway. `env` is what the whole job declares."""
    if planner.host.tools == "ignore":
        return ()
    found: dict[Any, Tool | SimpleExpression] = {}
    for name, index in body.tools:
        step = body.steps[index]
        tool = _tool(planner, name, step.env.get("PATH", env.get("PATH")), step.cwd)
        if "/" not in name or joined(step.cwd, name) not in body.inputs:
            found[id(tool)] = tool
    return tuple(found.values())


def _tool(planner: Plan, name: str, path: Any, cwd: str) -> Tool | SimpleExpression:
    """The executable `name` of a step. PATH says where it is only if there is no slash in it, and what is lazy, only
    when it is known."""
    if path is None or type(path) is str:
        return planner.tool(name, None if "/" in name else path, "" if name.startswith("/") else cwd)
    return SimpleExpression("tool", (name, planner.lowering.lower(path), cwd))


def _input(planner: Plan, item: Any) -> Any:
    return planner.product(item) if type(item) is str else planner.lowering.lower(item)


def _says_all(planner: Plan, body: Body, call: TaskExpression) -> bool:
    """Does the call of the user's task itself name every input and output?"""
    assert isinstance(body.call, PendingCall)
    given = collect((body.call.args, dict(body.call.kwargs)), (File, Output))
    outputs = {id(each) for each in given if isinstance(each, Output)}
    if not all(id(output) in outputs for output in body.instance.values):
        return False
    paths = {each.path for each in given if isinstance(each, File)}
    used = {id(each) for each in collect((body.call.args, dict(body.call.kwargs)), object)}
    return all(item in paths if isinstance(item, str) else id(item) in used for item in body.inputs.values())


def _options(planner: Plan, instance: Instance, body: Body) -> dict[str, Any]:
    """Everything about the job that is not in its key."""
    options: dict[str, Any] = dict(instance.options)
    options["origin"] = instance.origin
    options["kind"] = instance.kind
    options["rule"] = instance.name
    if instance.kind == "action":
        options["always"] = True
    if instance.stems:
        options["stems"] = dict(instance.stems)
    if instance.doc:
        options["doc"] = instance.doc.partition("\n")[0]
    if instance.kind != "action":  # one may change whatever it names
        options.update(body.words())
    if body.depfile:
        options["depfile"] = body.depfile
    made = [each for path in body.after for each in planner.made_before(path)]
    after = (*made, *[check.expression for check in body.checks])
    if after:
        options["after"] = after
    return options
