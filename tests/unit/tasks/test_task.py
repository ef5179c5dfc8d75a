"""Tasks: names, options, copies, partial application, what they say of themselves."""

from __future__ import annotations

import functools
import inspect
from collections import namedtuple
from enum import Enum
from typing import Any, NamedTuple, Tuple  # noqa: UP035

import pytest

from redo_py import Task, get_current_namespace, get_task_registry, namespace, quote, task
from redo_py.ir.expression import Expression, TaskExpression
from redo_py.ir.refusals import LazyError
from redo_py.tasks.options import CONTEXT

Pair = namedtuple("Pair", "left right")


class Triple(NamedTuple):
    a: int
    b: int
    c: int


def call_of(value: Any) -> TaskExpression:
    assert isinstance(value, TaskExpression)
    return value


@task(namespace="t", version="1", memory=2, queue="big")
def add(x: int, y: int = 1, *, scale: int = 1) -> int:
    """Add two numbers."""
    return (x + y) * scale


# ---- names


def test_bare_and_with_options():
    @task
    def bare(x: int) -> int:
        return x

    @task()
    def called(x: int) -> int:
        return x

    assert (bare.fullname, called.fullname) == ("bare", "called")
    assert bare.func(3) == 3
    assert (add.name, add.namespace, add.fullname, add.version) == ("add", "t", "t.add", "1")
    assert repr(add) == "Task(t.add)"


def test_the_namespace_of_a_module_is_a_variable_or_what_it_said_last():
    code = "from redo_py import *\nfrom redo_py import task\n"
    code += "namespace('one')\n@task\ndef a(): pass\nnow = get_current_namespace()\nnamespace()\n@task\ndef b(): pass\n"
    names: dict[str, Any] = {"__name__": "somewhere"}
    exec(code + "redun_namespace = 'two'\n@task\ndef c(): pass\n", names)
    assert [names[each].fullname for each in "abc"] == ["one.a", "b", "two.c"]
    assert names["now"] == "one"
    assert get_current_namespace() == "", "what one module says is not said of others"


def test_names_that_cannot_be():
    def f() -> None:
        """Nothing."""

    for name in ("a-b", "1a", "", "ä", "a.b"):
        with pytest.raises(ValueError, match="a task cannot be called"):
            task(name=name)(f)
    with pytest.raises(ValueError, match=r"a task cannot be called '<lambda>'.*: say name=\.\.\. for a lambda"):
        task(lambda x: x)
    for name in ("a-b", ".a", "1"):
        with pytest.raises(ValueError, match="a namespace cannot be called"):
            task(namespace=name)(f)
        with pytest.raises(ValueError, match="a namespace cannot be called"):
            namespace(name)
    with pytest.raises(TypeError, match="task option `name` is a text, not 3"):
        task(name=3)(f)  # type: ignore[call-overload]


def test_what_no_task_is_made_of():
    class Method:
        @classmethod
        def of(cls) -> None:
            """Nothing."""

    with pytest.raises(TypeError, match="the class `Method` is no function"):
        task(Method)
    with pytest.raises(TypeError, match="a class method belongs to its class"):
        task(vars(Method)["of"])
    with pytest.raises(TypeError, match="a task is made of a function, not of 'name': options are given by name"):
        task("name")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="is a task already"):
        task(add)
    with pytest.raises(TypeError, match=r"a task made of a partial needs a name: say name=\.\.\."):
        task(functools.partial(print, 1))


def test_what_else_can_be_called():
    class Adder:
        def __call__(self, x: int, y: int = 2) -> int:
            return x + y

    made = task(name="adder")(Adder())
    assert made.parameters.bind((1,), {}) == {"x": 1, "y": 2}
    assert task(name="length")(len).parameters.bind(([1],), {}) == {"obj": [1]}
    assert task(staticmethod(add.func)).fullname == "add"
    with pytest.raises(TypeError, match="`getattr` does not tell what it takes"):
        task(getattr)


# ---- calls


def test_a_call_is_checked_where_it_is_made():
    for args, kwargs, wrong in [
        ((), {}, r"add\(\) misses its argument `x`"),
        ((1, 2, 3), {}, r"add\(\) takes 2 positional arguments, 3 were given"),
        ((1,), {"x": 1}, r"add\(\) got `x` twice"),
        ((1,), {"scal": 1}, r"add\(\) has no parameter `scal`; did you mean `scale`\?"),
    ]:
        with pytest.raises(TypeError, match=wrong) as caught:
            add(*args, **kwargs)
        assert str(caught.traceback[0].path) == __file__
    line = inspect.currentframe().f_lineno + 1  # type: ignore[union-attr]
    made = call_of(add(1, scale=add(2)))
    assert made.span is not None
    assert (made.span.line, made.span.file, made.span.column) == (line, __file__, 20)


def test_required_keywords_and_those_without_names():
    @task
    def f(a: int, /, b: int, *, c: int, **more: int) -> None:
        """Nothing."""

    assert f(1, 2, c=3, a=4) is not None
    assert f(1, b=2, c=3) is not None
    with pytest.raises(TypeError, match=r"f\(\) misses its argument `c`"):
        f(1, 2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"f\(\) misses its argument `a`"):
        f(a=1, b=2, c=3)  # type: ignore[call-arg]


def test_a_wrapper_has_the_parameters_of_what_it_wraps_and_its_own():
    def passing(function: Any) -> Any:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @task
    @passing
    def f(x: int, y: int = 2) -> int:
        return x * y

    assert f.parameters.bind((1,), {}) == f.parameters.bind((), {"x": 1, "y": 2}) == {"x": 1, "y": 2}
    assert f.parameters.unbind({"x": 1, "y": 2}) == ((1, 2), {})
    beyond = f.parameters.bind((1, 2, 3), {"z": 4})
    assert f.parameters.unbind(beyond) == ((1, 2, 3), {"z": 4}), "it may take more than what it wraps"


# ---- options


def test_options_of_a_copy_go_with_its_calls():
    copy = add.options(memory=4, retries=2)
    assert call_of(copy(1)).options == {"memory": 4 << 30, "retries": 2}
    assert call_of(add(1)).options == {}
    assert call_of(copy.options(retries=3)(1)).options == {"memory": 4 << 30, "retries": 3}
    assert copy.get_task_option("memory") == 4
    assert copy.get_task_option("vcpus", 7) == 7
    assert add.options(vcpus=3).get_task_option("vcpus") == add.options(vcpus=3).get_task_option("cpus") == 3
    assert copy.get_task_options() == {**add.own_options, "memory": 4, "retries": 2}
    assert (add.has_task_option("queue"), add.has_task_option("retries")) == (True, False)
    assert copy.base is add


def test_an_option_may_be_lazy():
    lazy = add.options(memory=call_of(add(1)), executor=add(2))
    assert isinstance(call_of(lazy(1)).options["memory"], Expression)


def test_options_are_checked_where_they_are_said():
    cases: list[tuple[dict[str, Any], str]] = [
        ({"memry": 1}, "task option `memry` is not known; did you mean `memory`"),
        ({"retry": 1}, "task option `retry` is not known; did you mean `retries`"),
        ({"retries": -1}, "task option `retries` is a whole number, not -1"),
        ({"tags": "x"}, "task option `tags` is a list of pairs"),
        ({"check_valid": "half"}, 'task option `check_valid` is "full" or "shallow", not'),
        ({"cache_scope": "ALL"}, "task option `cache_scope` is one of"),
        ({"allowed_cache_results": ["NONE"]}, "task option `allowed_cache_results` is a set of"),
        ({"mode": "fiber"}, 'task option `mode` is "thread" or "process"'),
        ({"export_options": {"retries": "x"}}, "`retries` is a whole number"),
        ({"export_options": 3}, "task option `export_options` is a dict of options"),
        ({"name": "other"}, "`name` is what the task t.add is found by: a call cannot change it"),
    ]
    for options, wrong in cases:
        with pytest.raises(TypeError, match=wrong):
            add.options(**options)


def test_options_that_only_an_executor_knows_are_kept():
    assert add.get_task_option("queue") == "big"
    assert call_of(add.options(my_own_setting=[1])(1)).options == {"my_own_setting": [1]}


def test_options_have_one_form():
    class CacheScope(Enum):
        CSE = "CSE"

    given: dict[str, Any] = {"cache_scope": CacheScope.CSE, "tags": {"a": 1}, "allowed_cache_results": ["CSE", "MISS"]}
    assert call_of(add.options(**given)(1)).options == {
        "cache_scope": "CSE", "tags": [("a", 1)], "allowed_cache_results": frozenset({"CSE", "MISS"}),
    }  # fmt: skip


def test_exported_options_and_context_are_added_up():
    copy = add.export_options(memory=1).options(retries=1).export_options(vcpus=2)
    exported = {"memory": 1 << 30, "cpus": 2.0}
    assert call_of(copy(1)).options == {**exported, "export_options": exported, "retries": 1}
    copy = add.update_context({"a": {"b": 1, "c": 2}}).update_context({"a": {"b": 3}}, d=4)
    assert call_of(copy(1)).options == {CONTEXT: {"a": {"b": 3, "c": 2}, "d": 4}}
    with pytest.raises(TypeError, match="a context is a dict, not 3"):
        add.update_context(3)  # type: ignore[arg-type]


def test_options_that_identify_a_task_make_another_one_and_lose_nothing():
    @task(hash_includes=[1, 2])
    def included() -> None:
        """Nothing."""

    plain = included.options(memory=1)
    assert plain.hash_includes == [1, 2]
    assert plain.base is included
    other = included.options(version="7")
    assert (other.version, other.hash_includes, other.base is other) == ("7", [1, 2], True)


def test_config_args_are_parameters():
    assert task(config_args=["y"], name="c")(add.func).own_options["config_args"] == ["y"]
    with pytest.raises(ValueError, match="task option `config_args` of c names no parameters: `z`, `w`"):
        task(config_args=["z", "y", "w"], name="c")(add.func)


def test_an_async_task_says_how_it_is_cached():
    async def waits() -> int:
        return 1

    wrong: list[dict[str, Any]] = [{}, {"cache": True}, {"check_valid": "full"}]
    right: list[dict[str, Any]] = [{"cache": False}, {"cache": True, "check_valid": "shallow"}, {"cache_scope": "CSE"}]
    for options in wrong:
        with pytest.raises(ValueError, match="the async task waits must say how it is cached"):
            task(**options)(waits)
    assert all(task(**options)(waits).is_async() for options in right)
    assert not add.is_async()


# ---- partial application


def test_partial_application():
    some = add.partial(1, scale=2)
    assert (some.fullname, some.nout, some.func) == ("t.add", None, add.func)
    made = call_of(some(3))
    assert (made.args, made.kwargs) == ((1, 3), {"scale": 2})
    made = call_of(some.partial(3)(scale=4))
    assert (made.args, made.kwargs) == ((1, 3), {"scale": 4})
    assert call_of(some.options(retries=1)(3)).options == {"retries": 1}
    assert call_of(some.export_options(retries=1)(3)).options == {"retries": 1, "export_options": {"retries": 1}}
    assert (some.get_task_option("retries"), some.has_task_option("retries")) == (None, False)
    assert some.options(retries=1).get_task_options()["retries"] == 1
    assert call_of(some.update_context(a=1)(3)).options == {CONTEXT: {"a": 1}}
    assert repr(some) == "t.add.partial(1, scale=2)"
    assert made.span is not None
    assert made.span.file == __file__


def test_a_partial_application_that_no_call_could_complete():
    for args, kwargs, wrong in [
        ((1, 2, 3), {}, "takes 2 positional arguments, 3 were given"),
        ((1,), {"x": 1}, "got `x` twice"),
        ((), {"z": 1}, "has no parameter `z`"),
    ]:
        with pytest.raises(TypeError, match=wrong):
            add.partial(*args, **kwargs)


# ---- how many items


def returns(annotation: Any) -> Task:
    def f() -> None:
        """Nothing."""

    f.__annotations__["return"] = annotation
    return task(name="f")(f)


@pytest.mark.parametrize(
    ("annotation", "nout"),
    [
        (Tuple[int, str], 2), (tuple[int, str, int], 3), (tuple[()], 0), (tuple[int, ...], None), (tuple, None),  # noqa: UP006
        (Pair, 2), (Triple, 3), (int, None), (list[int], None), (None, None),
        ("Tuple[int, str]", 2), ("tuple[int]", 1), ("tuple[()]", 0), ("tuple[int, ...]", None), ("Triple", 3),
        ("'tuple[int, int]'", 2), ("list[int]", None), ("not python", None), ("unknown.name", None),
        ("int | None", None),
    ],
)  # fmt: skip
def test_nout_of_the_annotation(annotation: Any, nout: int | None):
    assert returns(annotation).nout == nout


def test_unpacking_and_loops():
    @task(nout=3)
    def three() -> Any:
        return 1, 2, 3

    a, b, c = three()
    assert [repr(each) for each in (a, b, c)] == ["three()[0]", "three()[1]", "three()[2]"]
    assert len([*three.options(nout=2)()]) == 2
    assert list(three.options(nout=0)()) == []
    assert len(three()) == 3
    with pytest.raises(LazyError, match=r"the lazy value `t.add\(1\)` cannot be iterated yet: use map_"):
        a, b = add(1)  # type: ignore[misc]
    with pytest.raises(ValueError, match="too many values to unpack"):
        a, b = three()
    with pytest.raises(TypeError, match="task option `nout` is a whole number, not -1"):
        task(nout=-1)


# ---- what else they say


def test_introspection():
    assert str(add.signature) == "(x: 'int', y: 'int' = 1, *, scale: 'int' = 1) -> 'int'"
    assert add.load_module == __name__
    assert add.is_valid()
    assert (add.inner_task, add.wrapped_task) == (add, None)
    registry = get_task_registry()
    assert registry.get("t.add") is add
    assert registry.get("t.nothing") is None
    assert add in list(registry)
    assert "t.add" in registry
    assert len(registry) == len(list(registry))


def test_a_task_that_was_defined_again_is_valid_no_more():
    first = task(name="again")(lambda x: x)
    second = task(name="again")(lambda x: x)
    assert (first.is_valid(), second.is_valid()) == (False, True)


def test_quoted_calls_are_values():
    made = add(1)
    assert quote(made).eval() is made
    assert repr(quote(made)) == "quote(t.add(1))"
