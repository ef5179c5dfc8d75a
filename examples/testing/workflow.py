"""A workflow with something to test."""

from redo_py import task

redun_namespace = "testing"


@task(limits=["scale"])
def weigh(thing: str) -> int:
    return len(thing)


@task()
def main(things: list[str]) -> int:
    return heaviest([weigh(thing) for thing in things])


@task()
def heaviest(weights: list[int]) -> int:
    return max(weights)
