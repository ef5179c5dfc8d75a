"""Settings that reach any task without being passed from call to call."""

from redo_py import get_context, task

redun_namespace = "context"


@task()
def greet(name: str, greeting: str = get_context("texts.greeting", "Hello")) -> str:
    return f"{greeting}, {name}!"


@task()
def main() -> list[str]:
    return [greet("World"), greet.update_context({"texts": {"greeting": "Good night"}})("Moon")]
