"""Slips in what names and describes executors are told at once, although everything that is asked for is remembered."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project

FAR = '[executors.apart]\ntype = "subprocess"\n[executors.far]\ntype = "alias"\ntarget = "apart"\n'


@pytest.fixture
def remembered(project: Project) -> Project:
    """A project whose one call has been computed."""
    project.write("flow.py", 'from redo_py import task\nredun_namespace = "flow"\n@task\ndef main(): return 7\n')
    project.write("redun.toml", FAR)
    project.run("run", "flow.py", "main")
    return project


def test_a_name_on_the_command_line(remembered: Project):
    errors = remembered.run("run", "-o", "executor=aprat", "flow.py", "main", status=2).errors
    assert errors.endswith("redun: there is no executor `aprat`\n  hint: did you mean apart?\n")
    errors = remembered.run("launch", "--executor", "aprat", "--", "true", status=2).errors
    assert errors.endswith("redun: there is no executor `aprat`\n  hint: did you mean apart?\n")
    for name in ("apart", "far", "process", "thread", "default"):
        assert remembered.run("run", "-o", f"executor={name}", "flow.py", "main").output == "7\n"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            'type = "subproces"',
            (
                "redun: the executor `bad` is of the type subproces, which nobody knows\n"
                "  set in  redun.toml:6\n"
                "  hint: did you mean subprocess?\n"
            ),
        ),
        (
            'type = "subprocess"\nmax_worker = 3',
            (
                "redun.toml:8:14: an option of the executor `bad` cannot be: `max_worker`: there is no such option\n"
                "     8 | max_worker = 3\n"
                "       |              ^\n"
                "  hint: did you mean max_workers?\n"
            ),
        ),
        (
            'type = "subprocess"\ncode_includes = ["*.py", "../lib/*.py"]',
            (
                "redun.toml:8:17: an option of the executor `bad` cannot be: `code_includes`: `../lib/*.py`: patterns "
                "are relative to the project's root, and stay below it\n"
                '     8 | code_includes = ["*.py", "../lib/*.py"]\n'
                "       |                 ^\n"
            ),
        ),
        (
            'type = "subprocess"\nscratch = "ftp://host/scratch"',
            (
                "redun.toml:8:11: an option of the executor `bad` cannot be: `scratch`: `ftp://host/scratch`: nothing "
                "can be sent through ftp://; a scratch is a folder, or in s3://, gs://, az://\n"
                '     8 | scratch = "ftp://host/scratch"\n'
                "       |           ^\n"
            ),
        ),
        (
            "max_worker = 3",
            (
                "redun.toml:7:1: there is no setting executors.bad.max_worker\n"
                "     7 | max_worker = 3\n"
                "       | ^\n"
                "  hint: did you mean executors.bad.max_workers?\n"
            ),
        ),
        (
            'type = "alias"\ntarget = "aprat"',
            "redun: there is no executor `aprat`\n  set in  redun.toml:6\n  hint: did you mean apart?\n",
        ),
        (
            'type = "spark"\nmaster = "nowhere"',
            (
                "redun.toml:8:10: an option of the executor `bad` cannot be: `master`: it is local[*], "
                "spark://HOST:PORT, yarn, k8s://HOST or sc://HOST, not 'nowhere'\n"
                '     8 | master = "nowhere"\n'
                "       |          ^\n"
            ),
        ),
    ],
)
def test_a_section_that_cannot_be(remembered: Project, section: str, said: str):
    remembered.write("redun.toml", f"{FAR}[executors.bad]\n{section}\n")
    assert remembered.run("run", "flow.py", "main", status=2).errors.endswith(said)
    remembered.write("redun.toml", FAR)
    assert remembered.run("run", "flow.py", "main").output == "7\n"


def test_a_build_hears_of_it_too(project: Project):
    project.rules("""
        @rule("out.txt")
        def make(out):
            sh(f"echo x > {out}")
    """)
    project.build("out.txt")
    project.write("redun.toml", '[executors.bad]\ntype = "slrum"\n')
    assert "did you mean slurm?" in project.build("out.txt", status=2).errors


def test_what_redun_ini_says_is_left_to_the_job_that_asks_for_it(remembered: Project):
    remembered.write(".redun/redun.ini", "[executors.old]\ntype = aws_glue\n[executors.odd]\ntype = aws_bath\n")
    assert remembered.run("run", "flow.py", "main").output == "7\n"


def test_what_was_found_right_is_not_asked_again(remembered: Project):
    """The models of options take a while to load: the second run does without them."""
    before = (remembered.state / "executors").stat()
    remembered.run("run", "flow.py", "main")
    after = (remembered.state / "executors").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
