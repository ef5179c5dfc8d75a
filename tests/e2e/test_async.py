"""`redun run` of async tasks."""

from __future__ import annotations

import re

import pytest

from tests.e2e.project import Project

FLOW = """
    import asyncio

    from redo_py import task

    redun_namespace = "t"


    @task
    def add(x, y):
        return x + y


    @task
    def fails(x):
        raise ValueError(f"bad {x}")


    @task(cache=False)
    async def several(n: int = 3):
        first = await add(1, 2)
        rest = await asyncio.gather(*[add(number, first) for number in range(n)])
        try:
            await fails(1)
        except ValueError as error:
            rest.append(str(error))
        return [first, rest, add(100, 1)]


    @task(cache=True, check_valid="shallow")
    async def remembered(n: int):
        return await add(n, 1) if n < 50 else await remembered(n - 50) + await remembered(n - 49)


    @task(cache=False)
    async def unhandled():
        try:
            return await fails(2)
        finally:
            print("left")


    @task(cache=False)
    async def patient(n: int = 40):
        return sum(await asyncio.gather(*[waits(number) for number in range(n)]))


    @task(cache=False)
    async def waits(n: int):
        return await add(n, n) - n
"""


def run(project: Project, *words: str) -> list[str]:
    """The names of the tasks that ran, sorted."""
    outcome = project.run("run", "flow.py", *words)
    lines = [line for line in outcome.errors.splitlines() if line.startswith("[redun] Run    Job ")]
    return sorted(line.split(":  t.")[1].split("(")[0] for line in lines)


def test_calls_that_are_awaited(project: Project) -> None:
    project.write("flow.py", FLOW)
    outcome = project.run("run", "flow.py", "several")
    assert (outcome.status, outcome.output) == (0, "[3, [3, 4, 5, 'bad 1'], 101]\n")
    assert run(project, "several") == ["fails", "several"], "what it calls is remembered, itself not"


def test_a_remembered_one_is_taken_until_a_task_below_changes(project: Project) -> None:
    project.write("flow.py", FLOW)
    assert run(project, "remembered", "--n", "60") == ["add", "add", "remembered", "remembered", "remembered"]
    assert run(project, "remembered", "--n", "60") == []
    project.write("flow.py", FLOW.replace("return x + y", "return y + x"))
    assert run(project, "remembered", "--n", "60") == ["add", "add", "remembered", "remembered", "remembered"]
    assert run(project, "remembered", "--n", "10") == []


def test_one_that_waits_for_itself(project: Project) -> None:
    text = "from redo_py import task\n\n@task(cache=False)\nasync def main(n: int = 1):\n    return await {}\n\n"
    project.write("flow.py", text.format("main(n)"))
    assert "wait for each other and none can go on: main" in project.run("run", "flow.py", "main", status=1).errors
    project.write("flow.py", text.format("other(n)") + "@task\ndef other(n):\n    return [main(n)]\n")
    assert "wait for each other and none can go on: main" in project.run("run", "flow.py", "main", status=1).errors


def test_two_that_wait_for_each_other(project: Project) -> None:
    project.write(
        "flow.py",
        """
        import asyncio

        from redo_py import task


        @task(cache=False)
        async def ping(n: int):
            return await asyncio.gather(last(n), pong(n))


        @task(cache=False)
        async def pong(n: int):
            await asyncio.sleep(0.05)
            return await through(n)


        @task
        def through(n: int):
            return [ping(n)]


        @task
        def last(n: int):
            return n


        @task
        def main(n: int = 1):
            return [ping(n), pong(n)]
        """,
    )
    errors = project.run("run", "flow.py", "main", status=1).errors
    assert "2 calls wait for each other and none can go on: p" in errors
    assert "ping -> pong -> ping" in errors or "pong -> ping -> pong" in errors


def test_a_circle_below_what_is_awaited(project: Project) -> None:
    project.write(
        "flow.py",
        """
        from redo_py import task


        @task
        def f(x):
            return g(x)


        @task
        def g(x):
            return f(x)


        @task(cache=False)
        async def main():
            return await f(1)


        @task(cache=False)
        async def careful():
            try:
                return [await f(1)]
            except Exception as error:
                return "wait for each other" in str(error)
        """,
    )
    errors = project.run("run", "flow.py", "main", status=1).errors
    assert "2 calls wait for each other and none can go on: g -> f -> g" in errors
    assert "*** Failed Job" in errors
    for _ in range(2):
        assert project.run("run", "flow.py", "careful").output == "True\n"
    project.write("flow.py", project.read("flow.py").replace("return f(x)", "return x"))
    assert project.run("run", "flow.py", "main").output == "1\n"


def test_a_circle_that_is_closed_by_what_a_job_reduces_to(project: Project) -> None:
    project.write(
        "flow.py",
        """
        import time

        from redo_py import task


        @task
        def late():
            time.sleep(0.7)
            return pong()


        @task(cache=False)
        async def ping():
            return await late()


        @task(cache=False)
        async def pong():
            return await ping()


        @task
        def main():
            return [ping(), pong()]
        """,
    )
    errors = project.run("run", "flow.py", "main", status=1).errors
    assert "2 calls wait for each other and none can go on: p" in errors


def test_an_error_through_await(project: Project) -> None:
    project.write("flow.py", FLOW)
    outcome = project.run("run", "flow.py", "unhandled", status=1)
    assert outcome.errors.count("*** Failed Job") == 1, "who only waited is not to blame"
    assert "ValueError: bad 2" in outcome.errors


def test_waiting_takes_no_place(project: Project) -> None:
    project.write("flow.py", FLOW)
    outcome = project.run("run", "-j", "1", "flow.py", "patient")
    assert (outcome.status, outcome.output) == (0, "780\n")


def test_one_that_does_not_say_how_it_is_cached(project: Project) -> None:
    project.write("flow.py", "from redo_py import task\n\n@task\nasync def main():\n    return 1\n")
    outcome = project.run("run", "flow.py", "main", status=2)
    assert (
        'must say how it is cached: @task(cache=False), or @task(cache=True, check_valid="shallow")' in outcome.errors
    )


def test_one_that_asks_for_another_executor(project: Project) -> None:
    text = "from redo_py import task\n\n@task(cache=False, executor='process')\nasync def main():\n    return 1\n"
    project.write("flow.py", text)
    outcome = project.run("run", "flow.py", "main", status=2)
    assert (
        "redun: main is an async task and cannot run on the executor process\n"
        "  hint: async tasks run in one event loop of this process: leave `executor` out\n"
    ) in outcome.errors


HANDLING = """
    from redo_py import scheduler_task, task
    from redun.task import scheduler_task as promising

    redun_namespace = "h"

    @task()
    def fails(x):
        raise ValueError(x)

    @task()
    def between(x):
        return [fails(x)]

    @task(cache=False)
    async def handles():
        try:
            await between(1)
        except ValueError:
            return "handled"

    @task(cache=False)
    async def hands_on():
        return await between(2)

    @scheduler_task()
    def generator(x):
        try:
            return (yield x)
        except ValueError:
            return "handled"

    @promising()
    def promise(scheduler, parent_job, sexpr, x):
        return scheduler.evaluate(x, parent_job=parent_job).catch(lambda error: "handled")

    @task()
    def forms():
        return [generator(between(3)), promise(between(4))]

    @task()
    def wanted_bare():
        return [generator(between(5)), between(5)]
"""


@pytest.mark.parametrize(("name", "numbers"), [("handles", [1]), ("forms", [3, 4])])
def test_an_error_that_is_handled_is_a_line(project: Project, name: str, numbers: list[int]):
    project.write("flow.py", HANDLING)
    told = project.run("run", "flow.py", name)
    assert "handled" in told.output
    caught = re.findall(r"\[redun\] Caught Job \w+:  h\.fails\(x=(\d)\): ValueError: \d\n", told.errors)
    assert sorted(map(int, caught)) == numbers
    assert "Traceback" not in told.errors
    assert "Failed" not in told.errors


@pytest.mark.parametrize("name", ["hands_on", "wanted_bare"])
def test_an_error_that_nobody_handles_has_its_traceback(project: Project, name: str):
    project.write("flow.py", HANDLING)
    told = project.run("run", "flow.py", name, status=1)
    assert told.errors.count("*** Failed Job") == 1
    assert told.errors.count("in fails\n    raise ValueError(x)\n") == 1
    assert "Caught" not in told.errors
