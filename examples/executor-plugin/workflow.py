import os

from redo_py import task

redun_namespace = "polite"


@task(executor="polite")
def nicer(than: int) -> int:
    return os.nice(0) - than


@task(executor="polite", niceness=5)
def very_nice(than: int) -> int:
    return os.nice(0) - than


@task
def main() -> list[int]:
    ours = os.nice(0)
    return [nicer(ours), very_nice(ours)]
