"""One workflow that takes a name from every module of redun that people import, and what it comes to."""

from __future__ import annotations

from tests.e2e.project import Project

WORKFLOW = """\
import os
from typing import Any

import redun
from redun import Dir, File, PartialTask, Scheduler, Task, apply_tags, catch, cond, get_context, script, task, throw
from redun.config import Config
from redun.context import get_context as get_context_too
from redun.expression import Expression, quote
from redun.file import File as SameFile
from redun.file import glob_file
from redun.functools import (
    apply_func, as_task, compose, const, delay, eval_, flat_map, flatten, force, identity, map_, seq, starmap, zip_,
)
from redun.logging import logger
from redun.namespace import namespace
from redun.promise import Promise
from redun.scheduler import JobInfo, catch_all, scheduler_task
from redun.scripting import ScriptError
from redun.tags import parse_tag_value
from redun.task import CacheScope, scheduler_task as same_form, wraps_task
from redun.tools import copy_file
from redun.utils import iter_nested_value, map_nested_value
from redun.value import Value

redun_namespace = "all"


@task()
def inc(x: int) -> int:
    return x + 1


@task(cache_scope=CacheScope.CSE, tags=[("kind", "small")])
def fails(x: int) -> int:
    raise ValueError(f"bad {x}")


@task()
def recover(error: Exception) -> str:
    return f"recovered {error}"


@task()
def recover_all(values: list) -> list:
    return [str(value) for value in values]


@task(version="1")
def about(job_info: JobInfo = JobInfo()) -> bool:
    return bool(job_info.job_id)


@task()
def write(path: str, text: str) -> File:
    with File(path).open("w") as out:
        out.write(text)
    return File(path)


@task()
def read(file: File) -> str:
    return file.read()


@task(script=True)
def shout(text: str) -> str:
    return f"echo {text} | tr a-z A-Z"


@task()
def spread() -> tuple[int, int]:
    return 1, 2


def plain(x: int) -> int:
    return x * 100


@wraps_task()
def doubled(inner: Task):
    @task(name=inner.name, namespace=inner.namespace)
    def outer(*args: Any, **kwargs: Any) -> Any:
        return twice(inner(*args, **kwargs))
    return outer


@task()
def twice(x: int) -> int:
    return 2 * x


@scheduler_task()
def race(scheduler, parent_job, sexpr, *exprs):
    return Promise.all([scheduler.evaluate(expr, parent_job=parent_job) for expr in exprs]).then(max)


@task()
def main(name: str = "x") -> dict:
    one, two = spread.options(nout=2)()
    text = write("out/a.txt", "hello")
    return {
        "map": map_(inc, [1, 2, inc(2)]),
        "starmap": starmap(inc, [{"x": 1}]),
        "flat": flatten([[1], [inc(1)]]),
        "flat_map": flat_map(identity, [[1], [2]]),
        "zip": zip_([1, 2], [3, 4]),
        "seq": seq([inc(1), inc(2)]),
        "compose": compose(inc, inc)(1),
        "const": const(1, inc(5)),
        "force": force(delay(inc(1))),
        "apply": apply_func(plain, inc(1)),
        "as_task": as_task(plain)(2),
        "eval": eval_("a + b", a=1, b=inc(1)),
        "cond": cond(inc(1) > 5, "no", "yes"),
        "catch": catch(fails(1), ValueError, recover),
        "catch_all": catch_all([fails(1), inc(1)], ValueError, recover_all),
        "race": race(inc(1), inc(2)),
        "partial": inc.partial()(5),
        "tuple": [one, two],
        "context": get_context("who", "nobody"),
        "about": about(),
        "text": read(text),
        "copied": read(copy_file(text, "out/b.txt")),
        "shout": shout("quiet"),
        "script": script("echo ok"),
        "tagged": apply_tags(inc(1), [("a", 1)]),
        "ops": (inc(1) + 1) * 2 - inc(1),
    }
"""

EXPECTED = {
    "about": True,
    "apply": 200,
    "as_task": 200,
    "catch": "recovered bad 1",
    "catch_all": ["bad 1", "2"],
    "compose": 3,
    "cond": "yes",
    "const": 1,
    "context": "Ada",
    "copied": "hello",
    "eval": 3,
    "flat": [1, 2],
    "flat_map": [1, 2],
    "force": 2,
    "map": [2, 3, 4],
    "ops": 4,
    "partial": 6,
    "race": 3,
    "script": b"ok\n",
    "seq": [2, 3],
    "shout": b"QUIET\n",
    "starmap": [2],
    "tagged": 2,
    "text": "hello",
    "tuple": [1, 2],
    "zip": [(1, 3), (2, 4)],
}


def test_a_name_from_everywhere(project: Project):
    project.write("names.py", WORKFLOW)
    outcome = project.run("run", "names.py", "main", "--context", "who=Ada")
    assert eval(outcome.output) == EXPECTED
    again = project.run("run", "names.py", "main", "--context", "who=Ada")
    assert eval(again.output) == EXPECTED
    ran = [line.partition(":  ")[2] for line in again.errors.splitlines() if line.startswith("[redun] Run ")]
    assert ran == ["all.fails(x=1) on default"]  # its scope is one execution
