"""Tasks and their values across processes: identities, warnings, values that cannot be kept or read."""

from __future__ import annotations

from tests.e2e.project import Project

HEAD = "from redo_py import *\nfrom redo_py import task\n"


def told_of_jobs(errors: str) -> list[str]:
    """The lines of jobs, without their ids."""
    lines = [line.split() for line in errors.splitlines() if line.startswith("[redun] ") and " Job " in line]
    return [f"{words[1]} {words[4]}" for words in lines if words[1] in ("Run", "Cached")]


def test_a_missing_namespace_is_told_once_and_can_be_silenced(project: Project):
    project.write("wf.py", HEAD + "@task\ndef f(x: int): return x\n@task\ndef main(): return [f(1), f(2)]\n")
    warning = "[redun] tasks without a namespace: f, main; set `redun_namespace` in their modules\n"
    assert project.run("run", "wf.py", "main").errors.count(warning) == 1
    project.write("redun.toml", '[run]\nignore_warnings = ["namespace"]\n')
    assert "without a namespace" not in project.run("run", "wf.py", "main").errors


def test_a_call_is_one_however_it_is_written(project: Project):
    project.write(
        "wf.py",
        HEAD + "redun_namespace = 'n'\n@task\ndef f(x: int, y: int = 1): return x + y\n"
        "@task\ndef main(): return [f(1), f(x=1), f(1, 1), f(y=1, x=1)]\n",
    )
    ran = project.run("run", "wf.py", "main")
    assert ran.output == "[2, 2, 2, 2]\n"
    assert told_of_jobs(ran.errors).count("Run n.f(x=1,") == 1


def test_sets_at_any_depth_are_the_same_in_every_process(project: Project):
    project.write(
        "wf.py",
        HEAD + "redun_namespace = 'n'\n@task\ndef f(x): return len(x[0])\n"
        "@task\ndef main(): return f([{frozenset({'a', 'b'}), 1, None, ('c', frozenset({'d', 'e', 'f'}))}])\n",
    )
    assert project.run("run", "wf.py", "main").output == "4\n"
    again = project.run("run", "wf.py", "main")
    assert {line.split()[0] for line in told_of_jobs(again.errors)} == {"Cached"}


def test_a_class_that_is_gone_makes_the_task_run_again(project: Project):
    project.write("kept.py", "class Kept:\n    x = 1\n")
    text = HEAD + "redun_namespace = 'n'\n@task(version='1')\ndef f():\n"
    project.write("wf.py", text + "    import kept\n    return kept.Kept()\n")
    project.run("run", "wf.py", "f")
    project.remove("kept.py")
    project.write("wf.py", text + "    return 'anew'\n")
    ran = project.run("run", "wf.py", "f")
    assert ran.output == "'anew'\n"
    assert told_of_jobs(ran.errors) == ["Run n.f()"]


def test_what_cannot_be_kept_or_told_apart_fails_the_job(project: Project):
    project.write(
        "wf.py",
        HEAD + "redun_namespace = 'n'\n@task\ndef gives(): return (x for x in [1])\n"
        "@task\ndef takes(function): return function(1)\n@task\ndef main(): return takes(lambda x: x)\n"
        "def named(x): return x + 1\n@task\ndef good(): return takes(named)\n",
    )
    refused = project.run("run", "wf.py", "gives", status=1)
    assert "the result of n.gives, a generator, cannot be kept" in refused.errors
    refused = project.run("run", "wf.py", "main", status=1)
    assert "<lambda>: a function or class made inside a function cannot be told from another one" in refused.errors
    assert project.run("run", "wf.py", "good").output == "2\n"
