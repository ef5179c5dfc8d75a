import os

from redo_py import task

redun_namespace = "polite"


@task(executor="polite")
def niceness() -> int:
    return os.nice(0)


@task(executor="polite", niceness=15)
def very_nice() -> int:
    return os.nice(0)


@task
def main() -> list[int]:
    return [niceness(), very_nice()]
