"""A workflow of three tasks."""

from redo_py import task

redun_namespace = "hello"


@task()
def get_planet() -> str:
    return "World"


@task()
def greet(greeting: str, thing: str) -> str:
    return f"{greeting}, {thing}!"


@task()
def main(greeting: str = "Hello") -> str:
    return greet(greeting, get_planet())
