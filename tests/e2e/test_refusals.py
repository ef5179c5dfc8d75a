"""What is wrong with a redunfile, a graph or a request is said before any work is done; exit status 2."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project


def refused(project: Project, *words: str) -> str:
    """What `redun build WORDS` says when it refuses, having done nothing."""
    before = project.files()
    outcome = project.build(*words, status=2)
    assert outcome.output == ""
    assert project.files() == before
    return outcome.errors


def test_no_redunfile(project: Project):
    assert refused(project) == (
        f"redun: there is no redunfile.py in {project.folder} or above it\n"
        "  hint: `redun init` writes one to start from; `-C DIR` names another folder\n"
    )


def test_a_redunfile_of_another_name_that_is_not_there(project: Project):
    project.rules("")
    assert refused(project, "-f", "README.md") == (
        f"redun: there is no README.md in {project.folder} or above it\n"
        "  hint: `-f` takes a redunfile, or a Python module with rules\n"
    )


def test_a_folder_that_is_not_there(project: Project):
    assert refused(project, "-C", "nowhere") == (
        "redun: there is no folder nowhere\n  hint: `-C` takes the folder of a project, or one below it\n"
    )


def test_a_folder_and_a_file_with_a_slip_of_the_pen(project: Project):
    project.write("source/x", "")
    project.write("tools/other.py", "")
    assert refused(project, "-C", "sorce") == "redun: there is no folder sorce\n  hint: did you mean `source`?\n"
    assert refused(project, "-f", "tools/othr.py") == (
        f"redun: there is no othr.py in {project.folder}/tools or above it\n  hint: did you mean `tools/other.py`?\n"
    )


def test_a_missing_input_before_any_work(project: Project):
    project.rules("""
        @rule("first")
        def first(out):
            sh(f"echo x > {out}")

        @rule("second")
        def second(out):
            sh(f"cat {need('first')} {need('nothing.txt')} > {out}")
    """)
    text = refused(project)
    assert text.startswith("redunfile.py:8:")
    assert "nothing.txt" in text.splitlines()[0]


def test_a_cycle_with_its_path(project: Project):
    project.rules("""
        @rule("a")
        def make_a(out):
            sh(f"cat {need('b')} > {out}")

        @rule("b")
        def make_b(out):
            sh(f"cat {need('a')} > {out}")
    """)
    text = refused(project)
    assert "a -> b -> a" in text
    assert text.startswith("redunfile.py:")
    assert "in b, made by rule `make_b` (redunfile.py:" in text


def test_two_rules_for_one_output(project: Project):
    project.rules("""
        @rule("out")
        def one(out):
            sh(f"echo 1 > {out}")

        @rule("out")
        def two(out):
            sh(f"echo 2 > {out}")
    """)
    text = refused(project)
    assert "out" in text
    assert "redunfile.py:3" in text
    assert "redunfile.py:7" in text


def test_two_patterns_that_claim_one_path(project: Project):
    project.rules("""
        @rule("{name}.a")
        def one(out, name):
            sh(f"echo 1 > {out}")

        @rule("b.{name}")
        def two(out, name):
            sh(f"echo 2 > {out}")
    """)
    text = refused(project, "b.a")
    assert "{name}.a" in text
    assert "b.{name}" in text


def test_an_unknown_target_with_what_was_meant(project: Project):
    project.rules("""
        @rule("build/hello")
        def hello(out):
            sh(f"echo x > {out}")
    """)
    text = refused(project, "build/helo")
    assert text.splitlines()[0].startswith("redun: ")
    assert "did you mean `build/hello`?" in text


def test_a_definition_as_a_target(project: Project):
    project.rules("""
        MODE = config("mode", "a")

        @rule("out")
        def out(out):
            sh(f"echo {MODE} > {out}")
    """)
    assert "-D mode=b" in refused(project, "mode=b")


def test_an_unknown_setting(project: Project):
    project.rules("""
        MODE = config("mode", "a")

        @rule("out")
        def out(out):
            sh(f"echo {MODE} > {out}")
    """)
    assert "did you mean `mode`?" in refused(project, "-D", "moed=b")


def test_all_errors_of_a_redunfile_at_once(project: Project):
    project.rules("""
        A = undefined_one
        B = undefined_two

        @rule("out")
        def out(out):
            sh(f"echo x > {out}")
    """)
    text = refused(project)
    assert "redunfile.py:2:5" in text
    assert "redunfile.py:3:5" in text


def test_a_module_that_cannot_be_imported(project: Project):
    project.rules("""
        from pipeline import work

        @rule("out")
        def out(out):
            return work(out)
    """)
    project.write("pipeline.py", "import module_that_is_not_there\n\ndef work(out):\n    pass\n")
    outcome = project.build(status=2)
    assert "module_that_is_not_there" in outcome.errors
    assert "pipeline.py" in outcome.errors


def test_a_name_that_is_no_function_after_all(project: Project):
    project.rules("""
        from pipeline import work

        @rule("out")
        def out(out):
            return work(out)
    """)
    project.write("pipeline.py", "def work(out):\n    pass\n\nglobals()['work'] = 3\n")
    outcome = project.build(status=2)
    assert "`work` of pipeline is a int, not a function" in outcome.errors


def test_an_option_for_what_is_no_action(project: Project):
    project.rules("""
        @rule("out")
        def out(out):
            sh(f"echo x > {out}")
    """)
    assert refused(project, "out", "--explian") == (
        "redun: `out` is no action, so it takes no options: --explian\n"
        "  hint: `redun build --help` shows the options of `redun build`\n"
    )


@pytest.mark.parametrize("words", [(), ("out",), ("-n",)])
def test_an_empty_redunfile(project: Project, words: tuple[str, ...]):
    project.rules("")
    assert refused(project, *words).startswith("redun: ")


def test_a_build_inside_a_build(project: Project):
    project.rules("""
        @rule("out")
        def out(out):
            sh(f"redun build other; echo x > {out}")

        @rule("other")
        def other(out):
            sh(f"echo x > {out}")
    """)
    failed = project.build("out", status=1)
    assert "redun build" in failed.output
    assert failed.failed == ["out"]
