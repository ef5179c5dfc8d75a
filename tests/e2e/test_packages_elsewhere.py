"""Installed packages that a worker has in another version, or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import redo_py
from tests.e2e.project import Project

FLOW = """
    from importlib import import_module

    import shape_of_things
    from redo_py import task

    redun_namespace = "flow"


    @task(executor="far")
    def same() -> int:
        return 7


    @task(executor="far")
    def newer() -> int:
        return shape_of_things.newer()


    @task(executor="far")
    def lazy() -> int:
        import only_here

        return only_here.VALUE


    @task(executor="far")
    def nowhere() -> int:
        import no_such_module_anywhere


    @task(executor="far")
    def left_out() -> int:
        import_module(".".join(("parts", "words")))  # nobody sees that it is reached
"""
DIFFER = "Only.Here is not there and 3.1 here, things is 2.0 there and 1.0 here"
HOST = os.uname().nodename


@pytest.fixture
def apart(project: Project) -> Project:
    """A project whose worker has other packages: `things` 2.0, not 1.0, and no `Only.Here`."""
    project.write("flow.py", FLOW)
    project.write("parts/words.py", "")
    for side, version in (("here", "1.0"), ("there", "2.0")):
        old = "def newer(): return 1\n" if side == "here" else ""
        project.write(f"env/{side}/site-packages/shape_of_things.py", old)
        project.write(f"env/{side}/site-packages/things-{version}.dist-info/RECORD", "shape_of_things.py,,\n")
    project.write("env/here/site-packages/only_here/__init__.py", "VALUE = 1\n")
    project.write("env/here/site-packages/Only.Here-3.1.dist-info/METADATA", "")
    ours = Path(redo_py.__file__).parents[1]
    paths = {side: f"{project.path(f'env/{side}/site-packages')}:{ours}" for side in ("here", "there")}
    program = f'#!/bin/sh\nPYTHONPATH={paths["there"]} exec {sys.executable} "$@"\n'
    project.write("python", program, executable=True)
    project.write(
        "redun.toml",
        '[executors.far]\ntype = "subprocess"\npython = "./python"\ncode_excludes = ["parts/**", "env/**"]\n',
    )
    project.environment = {**project.environment, "PYTHONPATH": paths["here"]}
    return project


def test_another_version_is_told_and_recorded(apart: Project):
    outcome = apart.run("run", "flow.py", "same")
    assert outcome.output == "7\n"
    assert "far: its jobs have other versions of packages: things is 2.0 there and 1.0 here\n" in outcome.errors
    job = outcome.errors.partition("Run    Job ")[2].partition(":")[0]
    assert "other_packages" in apart.run("log", job).output
    assert "packages" not in apart.run("run", "flow.py", "same").errors, "it is remembered, and nothing ran"


def test_what_a_package_of_another_version_lacks(apart: Project):
    errors = apart.run("run", "flow.py", "newer", status=1).errors
    assert "AttributeError: module 'shape_of_things' has no attribute 'newer'" in errors
    assert f"\nredun: packages on the worker, {sys.executable} on {HOST}, differ: {DIFFER}\n" in errors


def test_modules_that_the_worker_lacks(apart: Project):
    lacks = f"redun: the worker, {sys.executable} on {HOST}, lacks it: install it there"
    errors = apart.run("run", "flow.py", "lazy", status=1).errors
    assert "ModuleNotFoundError: No module named 'only_here'" in errors
    assert f"\n{lacks}; where the job was decided it is of Only.Here 3.1\n" in errors
    errors = apart.run("run", "flow.py", "left_out", status=1).errors
    assert f"\n{lacks}, or, if it is a file of the project, let `code_includes` of the executor match it\n" in errors


def test_a_package_that_counts_as_code(apart: Project):
    """Its version is in the key, so a worker with another one has other code of the task."""
    apart.write("redun.toml", apart.read("redun.toml") + '[code]\npackages = ["things"]\n')
    apart.write("env/here/site-packages/things-1.0.dist-info/METADATA", "Name: things\nVersion: 1.0\n")
    apart.write("env/there/site-packages/things-2.0.dist-info/METADATA", "Name: things\nVersion: 2.0\n")
    for side in ("here", "there"):
        names = next(apart.path(f"env/{side}/site-packages").glob("things-*"))
        (names / "top_level.txt").write_text("shape_of_things\n")
    errors = apart.run("run", "flow.py", "newer", status=1).errors
    assert "flow.newer: the worker has other code of the task than the project here\n" in errors
    assert f"  packages  {DIFFER}\n" in errors
