"""Tasks that take tasks and give tasks."""

from redo_py import Task, compose, map_, task

redun_namespace = "higher_order"


@task()
def add(x: int, y: int) -> int:
    return x + y


@task()
def double(x: int) -> int:
    return 2 * x


@task()
def fold(step: Task, start: int, values: list[int]) -> int:
    """step(step(start, values[0]), values[1]) and so on, each call a job of its own."""
    result = start
    for value in values:
        result = step(result, value)
    return result


@task()
def main(count: int = 4) -> dict:
    add_ten = add.partial(10)
    return {
        "sum": fold(add, 0, list(range(count))),
        "more": map_(add_ten, list(range(count))),
        "both": compose(double, add_ten)(1),
    }
