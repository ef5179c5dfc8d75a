"""explain: why a job runs, in one line, from the verdict that made it run and the last call of the same address."""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.examine import Hit, Miss
from redo_py.engine.execution import Execution
from redo_py.engine.failed import failed_before, failed_like_this, failed_with_that
from redo_py.engine.instances import classes_behind, own_values
from redo_py.engine.job import Job
from redo_py.engine.prepare import evaluation_of, storable
from redo_py.engine.record import unremembered
from redo_py.engine.record_arguments import hashed_names
from redo_py.engine.room import ledger
from redo_py.files.api import ABSENT
from redo_py.ground.frames import beginning
from redo_py.ground.nested import collect
from redo_py.ir.commands import shown
from redo_py.tasks.builtin import SHELL_TASKS
from redo_py.tasks.reading.parts import CHANGED, NEW, differing_parts
from redo_py.tasks.task import TaskReference
from redo_py.values.codec import Unreadable, load
from redo_py.values.encoding import decode, encode, encode_checked
from redo_py.values.file import Observed, Tool
from redo_py.values.unknown import ABSENT_DIGEST, UNKNOWN_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.records import Latest

NAMED = 3  # of others that differ, too
ABOUT_COMMANDS = {"env": "variables", "system": "the system"}  # argument of a command -> how to call it
READ_AT_A_GLANCE = 40  # characters of a value: where two differ need not be said
NOTHING = object()  # what stands where a value has nothing
SUMMARIES = {  # what a miss is about -> the word for it in Job.summary, where the text alone does not say it
    "forced": "forced",
    "always": "always",
    "unknown": "depends",
    "assumed": "depends",
    "discovered": "input",
    "leftover": "input",
    "reference": "input",
    "below": "code",
    "context": "argument",
    "handle": "handle",
    "product": "output",
    "unreadable": "cache",
    "invalid": "cache",
}


def explain(execution: Execution, missed: list[tuple[Job, Miss]]) -> None:
    """Fill in `reason` and `summary` of every job."""
    addresses = [address_of(execution, job) for job, _ in missed]
    for (job, miss), latest in zip(missed, execution.doors.store.latest(addresses), strict=True):
        job.summary, job.reason = reason(execution, job, miss, latest)


def explain_restored(execution: Execution, job: Job, hit: Hit) -> None:
    """Fill in `reason` and `summary` of a job whose products are put back: `hit` has missing ones."""
    (path, digest, _), stamp = hit.missing[0], hit.instead[0]
    entry = ledger(execution, [path])[0]
    if stamp.kind == ABSENT:
        what = "is missing"
    elif stamp.is_just(entry):
        what = "was made from something else"
    elif entry is None:
        what = "holds what redun never put there"
    else:
        what = "has another mode now" if stamp.digest == digest else "was changed after redun made it"
    job.summary, job.reason = "output", f"{path} {what}{more(len(hit.missing) - 1)}"


def more(count: int) -> str:
    """That there are so many others to be put back."""
    return f", and {count} more {'output is' if count == 1 else 'outputs are'} not in place" if count else ""


def reason(execution: Execution, job: Job, miss: Miss, latest: Latest | None) -> tuple[str, str]:
    """(summary, one line) for one job."""
    if miss.about == "no trace":
        return compare(execution, job, latest)
    if miss.about == "discovered" and latest is not None and latest.evaluation == job.eval_hash:
        found = since_last(execution, latest)
        if found:
            return SUMMARIES[miss.about], _told(job, found[0]) + too([each.path for each in found[1:]])
    return SUMMARIES[miss.about], _told(job, miss)


def since_last(execution: Execution, latest: Latest) -> list[Miss]:
    """What differs from what the last call discovered, which may be remembered for longer than others."""
    found = []
    try:
        discovered: Any = decode(latest.discovered)
        for path, digest in discovered:
            stamp = execution.stamps.get(path)
            if stamp is not None and (now := stamp.digest or ABSENT_DIGEST) != digest:
                found.append(Miss("discovered", path, digest, now))
    except (TypeError, ValueError):  # a record of another version
        return []
    return found


def too(names: Sequence[str]) -> str:
    """That these differ as well as what was told before."""
    if not names:
        return ""
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"; {', '.join(names[:NAMED])}{rest} {'differs' if len(names) == 1 else 'differ'} too"


def _told(job: Job, miss: Miss) -> str:
    if miss.about == "forced":
        return "it was asked to run whatever is known"
    if miss.about == "always":
        return "it is declared to run always"
    if miss.about == "unknown":
        return f"{miss.path} would be made again"
    if miss.about == "assumed":
        return f"{miss.path} would run again"
    if miss.about == "leftover":
        return f"{miss.path} was made by a rule that is gone"
    if miss.about == "below":
        what = f"changed ({change(miss.old, miss.new)})" if miss.new else "is gone"
        return f"the code of {miss.path}, which it called, {what}"
    if miss.about == "context":
        return "the context that the calls below it read changed"
    if miss.about == "handle":
        return f"the state of {miss.path} in the remembered result was rolled back since"
    if miss.about == "unreadable":
        return f"the remembered result cannot be read ({miss.path})"
    if miss.about == "invalid":
        return f"{miss.path} in the remembered result is no longer valid"
    if miss.about == "product":
        what = "is missing" if not miss.new else f"holds something else ({change(miss.old, miss.new)})"
        return f"output {miss.path} {what} and is not kept in the cache"
    return f"{miss.path} {_changed(miss.old, miss.new)}"


def change(old: bytes, new: bytes) -> str:
    """Two digests, short."""
    return f"{old.hex()[:8]} -> {new.hex()[:8]}"


def _changed(old: bytes, new: bytes) -> str:
    if old == ABSENT_DIGEST:
        return "has appeared"
    if new == ABSENT_DIGEST:
        return "has gone"
    if not new:
        return "is made by a rule now"
    if new == UNKNOWN_DIGEST:
        return "would be made again"
    return f"changed ({change(old, new)})"


def compare(execution: Execution, job: Job, latest: Latest | None) -> tuple[str, str]:
    """What differs between this call and the last one of the same address, and whether it has failed so."""
    if latest is None:
        if failed := failed_before(execution, job):
            return "new", failed
        if job.outputs:
            return "new", "it was never built here"
        return "new", "it never ran here" + (" with these files" if len(job.files) > 1 else "")
    went_well = latest.evaluation in (job.eval_hash, unremembered(job))  # at this address, the last time
    if not went_well and (failed := failed_like_this(execution, job)):
        return "new", failed
    summary, text = compare_calls(execution, job, latest)
    return summary, text if went_well else text + failed_with_that(execution, job)


def compare_calls(execution: Execution, job: Job, latest: Latest) -> tuple[str, str]:
    """What differs between the two."""
    if latest.task != job.name:
        return "command", f"it is made by {job.name} now, and was by {latest.task}"
    if latest.task_hash != execution.doors.tasks.digest(job.task):
        return "code", compare_code(execution, job, latest)
    if latest.evaluation == evaluation_of(execution, job, not job.depfiles):
        return "command", "it has a depfile now" if job.depfiles else "it has no depfile any more"
    if latest.evaluation == unremembered(job):
        return "cache", "the result of the last call was not remembered: its worker could not import a module"
    if job.code and job.args_bytes and latest.arguments_bytes == job.args_bytes and latest.evaluation != job.eval_hash:
        return "code", f"the code of {classes_given(execution, job)} changed, whose objects it is given"
    try:
        before = load("plain", latest.arguments_bytes)
    except Unreadable:
        name = first_differing(job, latest.arguments_bytes)
        if not name:
            return "argument", "its arguments differ from the last call's"
        return "argument", f"argument {name} was another one than {_short(job.arguments[name])}"
    return compare_arguments(job, storable(execution, job), before)


def first_differing(job: Job, before: bytes) -> str:
    """The first parameter whose argument differs from that in `before`, an encoding of what the last call was given
    which only a pickle could give back; "" if that cannot be told."""
    if before[:1] != b"d" or not job.pieces:
        return ""
    at = 9  # behind the tag and the size of a dict
    for name, (piece, _) in zip(hashed_names(job), job.pieces, strict=True):
        expected = encode(name) + piece
        if before[at : at + len(expected)] != expected:
            return name
        at += len(expected)
    return ""


def classes_given(execution: Execution, job: Job) -> str:
    """The names of the classes of the project whose objects are among the arguments of `job`."""
    met: dict[int, Any] = {}
    encode_checked(storable(execution, job), met)
    return classes_behind(execution, {**met, **own_values(job.notable)}.values())


def compare_code(execution: Execution, job: Job, latest: Latest) -> str:
    """The pieces of code that differ, with their places."""
    try:
        before = decode(latest.task_parts)
    except Exception:  # a record of another version: the fact that the code differs is still true
        before = {}
    now = execution.doors.tasks.parts(job.task)
    found = differing_parts(before, now)
    for name, how, file, line in found:
        place = f" ({file}:{line})" if file else ""
        if how == NEW:
            return f"code {name}{place} is new in what {job.name} reaches"
        if how == CHANGED:
            return f"code {name}{place} changed ({change(before[name][0], now[name][0])})"
    return f"code {found[0][0]} is no longer reached" if found else f"the code of {job.name} changed"


def compare_arguments(job: Job, now: dict[str, Any], before: dict[str, Any]) -> tuple[str, str]:
    """The first argument that differs, and how many others do; for commands the very file, word, variable or tool."""
    differing = [name for name in now if is_other(before.get(name, NOTHING), now[name])]
    if not differing:
        return "cache", "the result of the last call is no longer remembered"
    name, others = differing[0], differing[1:]
    if name not in before:
        return "argument", f"argument {name} is new"
    summary, text = compare_one(job, name, before[name], now[name])
    if job.name in SHELL_TASKS:
        if name in ("steps", "parts"):  # which say what they are about
            others = [each for each in others if each not in ("inputs", "outputs")]
        others = [ABOUT_COMMANDS.get(each, each) for each in others]
    return summary, text + too(others)


def compare_one(job: Job, name: str, old: Any, new: Any) -> tuple[str, str]:
    """One argument whose value differs."""
    command = job.name in SHELL_TASKS
    references = compare_references(old, new)
    if references and (not command or _steps_text(old) == _steps_text(new)):
        return "code", references
    if command and name in ("steps", "parts"):
        from redo_py.engine.wording import differing_words

        before, now = differing_words(_steps_text(old), _steps_text(new))
        return "command", f"the command changed: {before!r} -> {now!r}"
    if command and name == "env":
        return "variable", compare_mapping("variable", old or {}, new or {})
    files = compare_files(old, new)
    if files:
        return "input", files
    if command and name == "tools":
        return "tool", compare_tools(old, new)
    if command and name == "outputs":
        return "command", "the list of outputs changed"
    if command and name == "system":
        if ", version " in f"{old}{new}":  # where a rule's option of that name stands
            return "command", "its option `version` changed"
        return "system", f"the system is {new} now and was {old}"
    where = ""
    if max(len(_short(old)), len(_short(new))) > READ_AT_A_GLANCE:
        where, old, new = first_difference(old, new)
    return "argument", f"argument {name}{where} {_replaced(old, new)}"


def is_other(old: Any, new: Any) -> bool:
    """Whether two parts of values differ, or one of them is NOTHING; objects are not asked, who may compare as they
    like."""
    return old is NOTHING or new is NOTHING or encode(old) != encode(new)


def first_difference(old: Any, new: Any) -> tuple[str, Any, Any]:
    """Where in lists, tuples and dicts two values differ first, as one would write it behind their name, and what is
    there; NOTHING on the side that has nothing there."""
    where = ""
    while type(old) is type(new):
        if isinstance(new, dict):
            keys: Any = {**old, **new}
            pairs = [(key, old.get(key, NOTHING), new.get(key, NOTHING)) for key in keys]
        elif isinstance(new, (list, tuple)):
            pairs = list(zip(range(max(len(old), len(new))), [*old, NOTHING], [*new, NOTHING], strict=False))
        else:
            break
        found = next((pair for pair in pairs if is_other(*pair[1:])), None)
        if found is None:  # the order of a dict's keys
            break
        where, old, new = f"{where}[{found[0]!r}]", found[1], found[2]
    return where, old, new


def _replaced(old: Any, new: Any) -> str:
    if old is NOTHING:
        return f"is new: {_short(new)}"
    return "is gone" if new is NOTHING else f"changed: {_short(old)} -> {_short(new)}"


def compare_references(old: Any, new: Any) -> str:
    """The first task in two values whose code differs, "" when none does."""
    before = {reference.name: reference.digest for reference in collect(old, TaskReference)}
    for reference in collect(new, TaskReference):
        known = before.get(reference.name, reference.digest)
        if known != reference.digest:
            return f"the code of {reference.name} changed ({change(known, reference.digest)})"
    return ""


def compare_files(old: Any, new: Any) -> str:
    """The first File that differs between two values and the names of others, "" when none does."""
    before = {file.path: file for file in collect(old, Observed)}
    now = {file.path: file for file in collect(new, Observed)}
    differing = [path for path, file in now.items() if path not in before or not same_file(before[path], file)]
    differing += [path for path in before if path not in now]
    if not differing:
        return ""
    path = differing[0]
    if path not in before:
        told = f"{path} is a new input"
    elif path not in now:
        told = f"{path} is no longer an input"
    elif before[path].digest != now[path].digest:
        told = f"{path} {_changed(before[path].digest, now[path].digest)}"
    else:
        told = f"the mode of {path} changed"
    return told + too(differing[1:])


def same_file(old: Any, new: Any) -> bool:
    """Whether two Files of one path hold the same."""
    return bool(old.digest == new.digest and old.kind == new.kind)


def compare_mapping(what: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """The first key of two mappings that differs and the names of others."""
    differing = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if differing:
        name = differing[0]
        return f"{what} {name} changed: {_short(old.get(name))} -> {_short(new.get(name))}" + too(differing[1:])
    return f"the order of {what}s changed"


def compare_tools(old: Any, new: Any) -> str:
    """The first tool that differs."""
    before = {tool.key: tool.digest for tool in old if isinstance(tool, Tool)}
    for tool in new:
        if tool.key not in before:
            return f"tool {tool.name} is new"
        if before[tool.key] != tool.digest:
            if not any(tool.digest):
                return f"tool {tool.name} is not found any more"
            return f"tool {tool.name} changed ({change(before[tool.key], tool.digest)})"
    return "the list of tools changed"


def _steps_text(steps: Any) -> str:
    return "; ".join(_step_text(step) for step in steps)


def _step_text(step: Any) -> str:
    """One step of a command, or one part of `steps`, in a line."""
    if step[0] == "call" and isinstance(step[1], TaskReference):
        args = [repr(arg) for arg in step[2]] + [f"{name}={value!r}" for name, value in step[3].items()]
        return f"{step[1].name}({', '.join(args)})"
    text, cwd, shell, stdin = step[1] if len(step) == 2 else step
    before = (f"cd {cwd}; " if cwd else "") + (f"{shell}: " if shell else "")
    return f"{before}{shown(text)}" + (f" < {stdin}" if stdin else "")


def _short(value: Any) -> str:
    text = repr(beginning(value, 120))
    return text if len(text) <= 120 else text[:119] + "…"
