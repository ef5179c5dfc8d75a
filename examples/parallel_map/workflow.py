"""As many jobs as a list has items, known only when the list is there."""

import time

from redo_py import map_, task

redun_namespace = "parallel_map"


@task()
def samples(count: int) -> list[int]:
    return list(range(count))


@task()
def slow(sample: int) -> int:
    time.sleep(0.2)
    return sample * sample


@task()
def total(values: list[int]) -> int:
    return sum(values)


@task()
def main(count: int = 10) -> int:
    return total(map_(slow, samples(count)))
