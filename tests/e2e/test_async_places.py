"""Async tasks that hold places while they await calls that need some."""

from __future__ import annotations

from tests.e2e.project import Project


def test_a_call_that_needs_what_the_task_holds_that_awaits_it(project: Project):
    project.write("redun.toml", "[limits]\npair = 2\n")
    project.write(
        "flow.py",
        """
        import asyncio
        from redo_py import task

        @task(limits=["key"])
        def inside(x):
            return x

        @task(limits=["key"], cache=False)
        async def outside():
            return await inside(1)

        @task(limits={"pair": 2})
        def both(x):
            return x

        @task(limits=["pair"], cache=False)
        async def careful(x):
            try:
                return await both(x)
            except Exception as error:
                return "which careful will hold until it has ended" in str(error)

        @task(limits=["pair"], cache=False)
        async def short(x):
            return await inside(x)

        @task()
        def several():
            return [short(1), short(2), short(3)]
        """,
    )
    refused = project.run("run", "flow.py", "outside", status=1)
    assert (
        "redun: inside waits for a place of `key`, which outside will hold until it has ended: none can go on\n"
        "  hint: a task that awaits calls keeps what it takes while it waits: leave it to those that do the work\n"
    ) in refused.errors
    assert project.run("run", "flow.py", "careful", "--x", "1").output == "True\n"
    assert project.run("run", "flow.py", "several").output == "[1, 2, 3]\n"


def test_a_jam_is_told_to_those_who_are_in_it(project: Project):
    project.write(
        "flow.py",
        """
        import asyncio
        from redo_py import task

        @task(limits=["key"])
        def inside(x):
            return x

        @task(limits=["key"], cache=False)
        async def outer(patience):
            async def get():
                return await inside(1)

            try:
                return await asyncio.wait_for(get(), timeout=patience)
            except asyncio.TimeoutError:
                return "late"
            except Exception as error:
                return "told" if "outer will hold" in str(error) else error

        @task(limits=["key"], cache=False)
        def innocent():
            return "fine"

        @task()
        def both(patience: float | None = None):
            return [outer(patience), innocent()]

        @task(limits=["key"], cache=False)
        async def left():
            try:
                return await asyncio.gather(inside(2), inside(3))
            except Exception as error:
                return "told" if "left will hold" in str(error) else error

        @task(limits=["pair"], cache=False)
        async def right():
            return await inside(4)

        @task()
        def beside():
            return [left(), right()]
        """,
    )
    assert project.run("run", "flow.py", "both").output == "['told', 'fine']\n"
    assert project.run("run", "flow.py", "both", "--patience", "1").output == "['late', 'fine']\n"
    assert project.run("run", "flow.py", "beside").output == "['told', 4]\n"


def test_what_seems_to_stand_still_is_told_once(project: Project):
    project.write(
        "flow.py",
        """
        import asyncio
        import os
        from redo_py import task
        from redo_py.engine import jams

        jams.TELL_AFTER = 0.5

        @task(limits=["key"])
        def inside(x):
            return x

        @task(limits=["key"], cache=False)
        async def outside():
            async def patience():
                for _ in range(10_000):
                    await asyncio.sleep(0.01)
                    if os.path.exists("enough"):
                        break
                raise TimeoutError("enough")

            try:
                await asyncio.gather(inside(1), patience())
            except TimeoutError:
                return "gave up"
        """,
    )
    running = project.start("run", "flow.py", "outside")
    assert running.process.stderr is not None
    told = next(line.decode() for line in running.process.stderr if b"waits for" in line)
    assert told == (
        "[redun] inside waits for a place of `key`, which outside will hold until it has ended: none can go on, unless "
        "a timer or a thread of their own lets go what is held\n"
    )
    project.write("enough", "")
    done = running.finish()
    assert done.output == "'gave up'\n"
    assert "waits for" not in done.errors


def test_calls_below_a_task_that_has_the_only_processor(project: Project):
    project.write(
        "flow.py",
        """
        from redo_py import task

        @task(gpus=1)
        def drawn():
            return 1

        @task(cpus=1, cache=False)
        async def draws():
            try:
                return await drawn()
            except Exception as error:
                return "asks for gpus=1" in str(error)

        @task(cache=False)
        async def light(x):
            return x

        @task(cpus=1, cache=False)
        async def heavy():
            return await light(1)

        @task()
        def drawing():
            return [draws(), heavy()]
        """,
    )
    nothing = {"CUDA_VISIBLE_DEVICES": ""}
    assert project.run("run", "-j1", "flow.py", "drawing", environment=nothing).output == "[True, 1]\n"
