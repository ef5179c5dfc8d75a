"""What an up-to-date answer rests on: whatever is changed beside the inputs of commands, the next build sees it."""

from __future__ import annotations

import time

import pytest

from tests.e2e.project import Project

COPY = """\
    @rule("o.txt")
    def o(out):
        sh(f"cat {need('a.txt')} > {out}")
    """


@pytest.fixture
def copy(project: Project) -> Project:
    """One copy, built and known to be up to date."""
    project.write("a.txt", "a\n")
    project.rules(COPY)
    assert project.build().made == ["o.txt"]
    assert project.build().is_idle
    return project


WAITS = (
    "touch $PWD/../started; while [ ! -e $PWD/../written ]; do sleep 0.01; done"  # for what `while_it_builds` writes
)


def while_it_builds(project: Project, name: str, content: str) -> None:
    """Build, and write a file as soon as the command has made ../started; the command then waits for ../written."""
    building = project.start("build")
    project.wait_for("../started")
    project.write(name, content)
    project.write("../written", "")
    outcome = building.finish()
    assert outcome.status == 0, outcome


def test_settings_that_change_while_a_build_runs(project: Project) -> None:
    project.write("redun.toml", '[config]\nmode = "a"\n')
    rules = 'M = config("mode", "none")\n\n@rule("o.txt")\ndef o(out):\n    sh(f"WAITS; echo {M} > {out}")\n'
    project.rules(rules.replace("WAITS", WAITS))
    while_it_builds(project, "redun.toml", '[config]\nmode = "b"\n')
    assert project.read("o.txt") == "a\n"
    project.build()
    assert project.read("o.txt") == "b\n"


def test_a_redunfile_with_a_time_to_come_that_changes_while_a_build_runs(project: Project) -> None:
    text = f'@rule("o.txt")\ndef o(out):\n    sh(f"{WAITS}; echo %s > {{out}}")\n'
    project.write("redunfile.py", text % "one")
    project.touch("redunfile.py", seconds=0.5)
    while_it_builds(project, "redunfile.py", text % "two")
    project.build()
    assert project.read("o.txt") == "two\n"


def test_an_order_only_source_that_goes(project: Project) -> None:
    project.write("cfg", "")
    project.rules("""\
        @rule("o.txt")
        def o(out):
            need("cfg", order_only=True)
            sh(f"echo hi > {out}")
        """)
    project.build()
    assert project.build().is_idle
    project.remove("cfg")
    assert "cfg" in project.build(status=2).errors


def test_a_source_in_a_group_that_goes(copy: Project) -> None:
    copy.write("README", "")
    copy.rules(COPY + '\n    group("all", "o.txt", "README")\n')
    copy.build()
    assert copy.build().is_idle
    copy.remove("README")
    assert "README" in copy.build(status=2).errors


def test_what_a_link_in_a_command_leads_to_appears(project: Project) -> None:
    project.path("cfg").symlink_to("nothere")
    project.rules("""\
        @rule("o.txt")
        def o(out):
            sh(f"cat cfg > {out} || true")
        """)
    project.build()
    assert project.build().is_idle
    project.write("nothere", "now\n")
    project.build()
    assert project.read("o.txt") == "now\n"


def test_settings_that_appear(copy: Project) -> None:
    copy.write("redun.toml", '[build]\ntools = "nonsense"\n')
    assert "redun.toml:2:9" in copy.build(status=2).errors


def test_a_tool_that_appears_before_the_one_that_was_found(project: Project) -> None:
    for folder, word in (("late", "late"), ("early", "early")):
        project.write(f"{folder}/say", f"#!/bin/sh\necho {word}\n", executable=True)
    path = f"{project.path('early')}:{project.path('late')}:{project.environment['PATH']}"
    project.path("early/say").rename(project.path("aside"))
    project.rules("""\
        @rule("o.txt")
        def o(out):
            sh(f"say > {out}")
        """)
    project.build(environment={"PATH": path})
    assert project.build(environment={"PATH": path}).is_idle
    project.path("aside").rename(project.path("early/say"))
    project.build(environment={"PATH": path})
    assert project.read("o.txt") == "early\n"


def test_a_folder_in_which_outputs_are_made_beside_globbed_sources(project: Project) -> None:
    project.write("x/a.in", "a\n")
    project.rules("""\
        @rule("x/{n}.out")
        def o(out, n):
            sh(f"cp {need('x/' + n + '.in')} {out}")

        group("all", [f"x/{f.stem}.out" for f in glob("x/*.in")])
        """)
    assert project.build().made == ["x/a.out"]
    assert project.build().is_idle
    project.write("x/b.in", "b\n")
    assert project.build().made == ["x/b.out"]


def test_variables_read_by_env_reach_the_commands_that_name_them(project: Project) -> None:
    project.rules("""\
        A = env("VAR_A", "none")

        @rule("a.txt")
        def a(out):
            sh(f"printenv VAR_A > {out}")

        @rule("b.txt")
        def b(out):
            env("VAR_B")
            sh(f"sh tools/b.sh > {out}")

        @rule("c.txt")
        def c(out):
            sh(f"printenv > {out}")
        """)
    project.write("tools/b.sh", "echo $VAR_B\n")
    values = {"VAR_A": "1", "VAR_B": "2"}
    project.build(environment=values)
    assert (project.read("a.txt"), project.read("b.txt")) == ("1\n", "2\n")
    assert "VAR_" not in project.read("c.txt")
    assert project.build(environment=values).is_idle
    assert project.build(environment={**values, "VAR_A": "3"}).made == ["a.txt"]
    assert project.build(environment={"VAR_A": "3", "VAR_B": "4"}).made == ["b.txt"]


def test_time_does_not_run_backwards(copy: Project) -> None:
    copy.touch("a.txt", seconds=-1000)
    assert copy.build().made == []
    copy.touch("a.txt", seconds=1000)
    assert copy.build().made == []
    time.sleep(0.05)
    copy.edit_in_secret("a.txt", "b\n")
    copy.build()
    assert copy.read("o.txt") == "b\n"


SHAPES = """
    class Square:
        def __init__(self, side):
            self.side = side

        def area(self):
            return self.side**2
"""
SHALLOW = """
    from importlib import import_module

    from redo_py import task

    @task
    def make():
        return getattr(import_module("shapes"), "Square")(3)

    @task
    def area(shape):
        return shape.area()

    @task(check_valid="shallow")
    def main():
        return area(make())
"""


@pytest.mark.parametrize("names", [False, True])
def test_a_shallow_result_rests_on_classes_that_no_code_names(project: Project, names: bool):
    project.write("shapes.py", SHAPES)
    text = SHALLOW.replace("def area(shape):", "def area(shape: Square):").replace("from importlib", IMPORT)
    project.write("flow.py", text if names else SHALLOW)
    assert project.run("run", "flow.py", "main").output == "9\n"
    again = project.run("run", "flow.py", "main").errors
    assert ("area(" in again) is not names  # where the class is named, nothing below is looked at
    project.write("shapes.py", SHAPES.replace("self.side**2", "self.side**3"))
    assert project.run("run", "flow.py", "main").output == "27\n"


MODELS = """\
class Model:
    def __init__(self, k):
        self.k = k

    @property
    def prop(self):
        return self.k * 1

    def score(self):
        return self.k * 1

    def __add__(self, other):
        return self.k * 1

    def __getitem__(self, index):
        return self.k * 1


def helper(x):
    return x * 1
"""
CALLERS = """\
from functools import partial
from importlib import import_module

from redo_py import task

redun_namespace = "flow"


@task()
def get(name):
    return getattr(import_module("models"), name)


@task()
def made():
    return import_module("models").Model(3)


@task()
def bound():
    return import_module("models").Model(3).score


@task()
def part():
    return partial(import_module("models").helper, 3)


@task()
def same(x):
    return x


@task()
def call(f, *args):
    return f(*args)


@task()
def call_in(held):
    return held["f"](3)


@task(check_valid="shallow")
def main():
    return EXPRESSION
"""


@pytest.mark.parametrize(
    "expression",
    [
        'call(get("helper"), 3)', 'get("helper")(3)', 'call_in({"f": get("helper")})', "call(bound())", "call(part())",
        "same(made().prop)", "same(made().score())", "made() + 1", "made()[0]", 'get("Model")(3).prop',
    ],
)  # fmt: skip
def test_a_shallow_result_rests_on_no_code_that_no_task_names(project: Project, expression: str):
    project.write("models.py", MODELS)
    project.write("flow.py", CALLERS.replace("EXPRESSION", expression))
    assert project.run("run", "flow.py", "main").output == "3\n"
    project.write("models.py", MODELS.replace("* 1", "* 10"))
    assert project.run("run", "flow.py", "main").output == "30\n"


IMPORT = "from shapes import Square\n    from importlib"
