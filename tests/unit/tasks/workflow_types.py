"""A workflow for type checkers: what `@task` keeps of a function's types. What is marked as an error must be one."""

from __future__ import annotations

from typing import Any, assert_type

from redo_py import PartialTask, Task, get_context, len_, quote, scheduler_task, task, wraps_task


@task
def bare(x: int, name: str = "") -> float:
    return x / 2


@task()
def called(x: int) -> list[int]:
    return [x]


@task(namespace="types", memory=4, queue="big", check_valid="shallow")
def with_options(x: int, *, flag: bool = False) -> tuple[int, str]:
    return x, str(flag)


@task(cache=False)
async def waits(x: int) -> str:
    return str(x)


@wraps_task(memory=2)
def doubled(inner: Task) -> Any:
    def run(*args: Any, **kwargs: Any) -> Any:
        return 2 * inner.func(*args, **kwargs)

    return run


@doubled
@task
def wrapped(x: int) -> int:
    return x


@scheduler_task(namespace="types")
def form(attempt: Any) -> Any:
    return (yield attempt)


@task
def main(scale: int = get_context("scale")) -> list[Any]:
    half = bare(1, name="a")
    assert_type(half, float)
    assert_type(called(3), list[int])
    number, text = with_options(1, flag=True)
    assert_type(number, int)
    assert_type(text, str)
    assert_type(bare.options(memory=8, retries=2)(1), float)
    assert_type(bare.export_options(memory=8)(1), float)
    assert_type(bare.update_context({"a": 1}, b=2)(1), float)
    part = bare.partial(name="b")
    assert_type(part, PartialTask[float])
    assert_type(part.partial(2)(), float)
    assert_type(part.options(memory=1)(3), float)
    assert_type(bare.nout, int | None)
    bare()  # type: ignore[call-arg]
    bare("1")  # type: ignore[arg-type]
    bare(1, other=2)  # type: ignore[call-arg]
    with_options(1, True)  # type: ignore[call-arg]
    bare.options(memory=8)("x")  # type: ignore[arg-type]
    called(half)  # type: ignore[arg-type]
    return [half, number, text, wrapped(1), form(bare(1)), quote(half), len_(called(1))]


async def main_async() -> str:
    return await waits(1)
