"""What a rule can say to the executor of the settings that it names: options of that, which are no outputs."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.ground.errors import ErrorList, UsageError
from tests.unit.front.redunfile.small_world import World, planner


def world() -> World:
    found = World()
    found.executors = ("command", "thread", "far")
    found.far = ("account", "cpus", "image", "volumes")
    return found


def options_of(text: str, target: str = "out") -> dict[str, Any]:
    """The options of what a target stands for, without those that redun gives itself."""
    (expression,) = planner("from pipeline import f\n" + text, world()).request([target])
    return {name: value for name, value in expression.options.items() if name not in ("origin", "kind", "rule")}


def rule(words: str) -> str:
    return f'@rule("out", {words})\ndef r(out):\n    sh(f"touch {{out}}")\n'


def test_a_rule_says_more_to_its_executor():
    given = {"executor": "far", "image": "me/it:1", "volumes": ["/a:/b"], "cpus": 2}
    words = ", ".join(f"{name}={value!r}" for name, value in given.items())
    assert options_of(rule(words)) == given
    assert options_of(f"@check({words})\ndef c():\n    sh('true')\n", "c") == given


def test_a_task_of_a_rule_does_so_too():
    body = 'task(f, executor="far", image="it")(out)'
    assert options_of(f'@rule("out")\ndef r(out):\n    return {body}\n') == {"executor": "far", "image": "it"}


@pytest.mark.parametrize("executor", ["", 'executor="command", '])
def test_elsewhere_the_name_is_one_of_an_output(executor: str):
    text = f'@rule({executor}image="i", account="a")\ndef r(out):\n    sh(f"touch {{out}}")\n'
    made = planner(text, world())
    assert made.request(["i"]) == made.request(["a"])


def test_outputs_keep_their_names_beside_such_options():
    text = '@rule(table="c", plot="p", executor="far")\ndef r(out):\n    sh(f"touch {out.table} {out.plot}")\n'
    made = planner(text, world())
    assert made.request(["c"]) == made.request(["p"])


@pytest.mark.parametrize(("slip", "meant"), [('imge="x"', "image"), ("volume=[]", "volumes")])
def test_a_slip_is_an_error(slip: str, meant: str):
    with pytest.raises(ErrorList) as caught:
        planner(rule(f'{slip}, executor="far"'), world())
    name = slip.partition("=")[0]
    assert str(caught.value).startswith(f"redunfile.py:1:14: `{name}` is no option of `rule`\n")
    assert str(caught.value).endswith(f"\n  hint: did you mean `{meant}`?")


@pytest.mark.parametrize(
    ("given", "used", "told"),
    [
        ('"out", image="pic"', "{out.image}", "a file has no `image`"),
        ('"out", table="t", image="pic"', "{out.table} {out.image}", "`out` has no `image`"),
    ],
)
def test_an_output_that_is_taken_for_an_option_is_told(given: str, used: str, told: str):
    text = f'@rule({given}, executor="far")\ndef r(out):\n    sh(f"touch {used}")\n'
    with pytest.raises(UsageError) as caught:
        planner(text, world()).request(["out"])
    assert told in str(caught.value)
    assert "hint: `image=` is an option of this rule, not an output: give the output another name" in str(caught.value)


def test_a_rule_whose_only_output_is_taken_for_an_option():
    with pytest.raises(ErrorList) as caught:
        planner('@rule(image="pic", executor="far")\ndef r(out):\n    sh(f"touch {out}")\n', world())
    told = "redunfile.py:1:7: `image=` is an option of the executor `far`, and the rule makes nothing else\n"
    assert str(caught.value).startswith(told)
    assert str(caught.value).endswith("\n  hint: give the output another name")
