"""Tasks that wait for others in the middle."""

import asyncio

from redo_py import task

redun_namespace = "async_tasks"


@task()
def step(value: int) -> int:
    return value // 2 if value % 2 == 0 else 3 * value + 1


@task(cache=True, check_valid="shallow")
async def steps_to_one(value: int) -> int:
    """How many steps lead to 1: only the last value says whether another one is needed."""
    count = 0
    while value != 1:
        value = await step(value)
        count += 1
    return count


@task(cache=True, check_valid="shallow")
async def main(count: int = 6) -> list[int]:
    return await asyncio.gather(*(steps_to_one(value) for value in range(1, count + 1)))
