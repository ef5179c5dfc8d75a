"""Deciding, repeating and recovering on values that are not there yet."""

from redo_py import catch, cond, map_, task

redun_namespace = "control_flow"


@task()
def measure(sample: str) -> int:
    if sample == "broken":
        raise ValueError("the sample is broken")
    return len(sample)


@task()
def long_way(size: int) -> str:
    return f"long way for {size}"


@task()
def short_way(size: int) -> str:
    return f"short way for {size}"


@task()
def recover(error: ValueError) -> int:
    return -1


@task()
def analyze(sample: str) -> str:
    size = catch(measure(sample), ValueError, recover)
    return cond(size > 3, long_way(size), size < 0, "nothing", short_way(size))


@task()
def main(samples: list[str] = ["abc", "abcdef", "broken"]) -> list[str]:  # noqa: B006 - a task never changes it
    return map_(analyze, samples)
