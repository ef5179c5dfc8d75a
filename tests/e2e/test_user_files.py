"""The user's own files: whatever redun does, bytes that it did not put somewhere are never lost."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from tests.e2e.project import WAIT, Project

TEMPORARY = """
    @rule("{name}.mid", temp=True)
    def middle(out, name):
        sh(f"cat {need('in')} > {out}")

    @rule("{name}.end")
    def end(out, name):
        sh(f"cat {need(name + '.mid')} > {out}")

    group("inner", "a.mid", "b.end")
    group("all", "inner")
"""

SITE = """
    @rule("site/")
    def site(out):
        sh(f"mkdir -p {out}; cat {need('in')} > {out}/page")
"""

SLOW = """
    @rule("quick")
    def quick(out):
        sh(f"cat {need('in')} > {out}")

    @rule("slow")
    def slow(out):
        sh(f"cat {need('quick')} > {out}; mkdir -p here; while test ! -d go; do sleep 0.01; done; echo end >> {out}")
"""

COPY = """
    @rule("out")
    def copy(out):
        sh(f"cat {need('in')} > {out}")
"""


def displaced(project: Project) -> dict[str, str]:
    """What was moved away: path -> content; nothing may have been moved from one path twice."""
    moments = (project.state / "displaced").glob("*")
    files = [(moment, path) for moment in moments for path in moment.rglob("*") if path.is_file()]
    found = {str(path.relative_to(moment)): path.read_text() for moment, path in files}
    assert len(found) == len(files)
    return found


def git(project: Project, *words: str) -> None:
    """Run git in the project."""
    identity = ["-c", "user.name=U", "-c", "user.email=u@example.org"]
    subprocess.run(["git", *identity, *words], cwd=project.folder, check=True, capture_output=True, timeout=WAIT)


# ---- temporary outputs


def test_the_sweep_leaves_a_file_that_the_user_put_there(project: Project):
    project.rules(TEMPORARY)
    project.write("in", "one\n")
    project.build("a.end")
    assert not project.exists("a.mid")
    project.write("a.mid", "mine\n")
    project.build("a.end")
    project.write("other", "")
    project.build("a.end", "b.end")
    assert project.read("a.mid") == "mine\n"


def test_the_sweep_leaves_what_was_changed_during_the_build(project: Project):
    project.rules("""
        @rule("middle", temp=True)
        def middle(out):
            sh(f"cat {need('in')} > {out}")

        @rule("end")
        def end(out):
            need("middle", order_only=True)
            sh(f"echo mine | tee m[i]ddle > {out}")
    """)
    project.write("in", "one\n")
    assert project.build("end").made == ["end", "middle"]
    assert project.read("middle") == "mine\n"


def test_what_a_group_asks_for_stays_at_any_depth(project: Project):
    project.rules(TEMPORARY)
    project.write("in", "one\n")
    project.build("all")
    assert project.exists("a.mid")
    assert not project.exists("b.mid")
    assert project.build("all").is_idle
    project.build()
    assert project.exists("a.mid")


def test_a_temporary_output_that_is_asked_for_comes_back(project: Project):
    project.rules(TEMPORARY)
    project.write("in", "one\n")
    project.build("a.end")
    assert project.build("a.mid").restored == ["a.mid"]
    assert project.read("a.mid") == "one\n"
    assert project.build("a.mid").is_idle


# ---- after a kill -9


@pytest.mark.parametrize("command", [("build", "slow"), ("clean",)])
def test_what_the_user_wrote_after_a_kill_is_kept(project: Project, command: tuple[str, ...]):
    project.rules(SLOW)
    project.write("in", "x\n")
    running = project.start("build", "slow")
    project.wait_for("here")
    running.kill()
    project.path("go").mkdir()
    project.until(lambda: project.holds("slow", "x\nend\n"))  # the command outlives its build
    time.sleep(0.5)  # until it has really gone: what changes while it runs is taken for its own
    project.write("slow", "my slow\n")
    project.write("quick", "my quick\n")
    told = project.run(*command)
    assert displaced(project)["slow"] == "my slow\n"
    assert "redun: slow is half made by a killed build, or yours: moved to .redun/displaced/" in told.output
    if command[0] == "build":
        assert displaced(project)["quick"] == "my quick\n"
        assert project.read("slow") == "x\nend\n"
    else:
        assert project.read("quick") == "my quick\n"


def test_what_the_user_writes_beside_a_command_of_a_killed_build_is_kept(project: Project):
    project.rules(SLOW)
    project.write("in", "x\n")
    running = project.start("build", "slow")
    project.wait_for("here")
    running.kill()
    time.sleep(0.5)  # the build was alive until the last line of its journal, and a tick of the clock beyond
    project.write("slow", "my slow\n")
    again = project.start("build", "slow")
    told = again.first_line()
    project.path("go").mkdir()
    outcome = again.finish()
    assert told.endswith(", left by a build that was killed\n")
    assert "redun: slow is half made by a killed build, or yours: moved to .redun/displaced/" in outcome.output
    assert displaced(project) == {"slow": "my slow\n"}
    assert project.read("slow") == "x\nend\n"
    assert project.build("slow").is_idle


def test_all_that_a_killed_build_has_left_takes_one_line(project: Project):
    project.rules("""
        @rule("a", "b", "c")
        def three(out):
            sh("sleep 1; touch a b c; mkdir -p here; while test ! -d go; do sleep 0.01; done")
    """)
    running = project.start("build")
    project.wait_for("here")
    running.kill()
    again = project.start("build")
    assert again.first_line().endswith(", left by a build that was killed\n")
    project.path("go").mkdir()
    (line,) = [line for line in again.finish().output.splitlines() if "half made" in line]
    assert line.startswith("redun: a and 2 more are half made by a killed build, or yours: moved to .redun/displaced/")
    assert sorted(path.name for path in project.folder.joinpath(line.rpartition(" ")[2]).iterdir()) == ["a", "b", "c"]
    assert project.build().is_idle


# ---- folders with a .git


def test_a_work_tree_in_an_output_is_not_deleted(project: Project):
    project.rules(SITE)
    project.write("in", "one\n")
    project.build()
    project.write("site/.git", "gitdir: elsewhere\n")
    assert project.build().is_idle
    cleaned = project.run("clean")
    assert cleaned.of("left") == ["site: site/.git is in it"]
    assert project.exists("site/page")
    project.write("in", "two\n")
    told = project.build()
    assert displaced(project) == {"site/.git": "gitdir: elsewhere\n", "site/page": "one\n"}
    assert "redun: site/.git is not what redun put there: moved to .redun/displaced/" in told.output
    assert project.read("site/page") == "two\n"


def test_a_repository_that_a_rule_makes_is_made_again_not_restored(project: Project):
    project.rules("""
        @rule("lib/")
        def lib(out):
            sh(f"mkdir -p {out}/.git; echo head > {out}/.git/HEAD; cat {need('in')} > {out}/code")
    """)
    project.write("in", "one\n")
    project.build()
    assert project.build().is_idle
    os.rename(project.path("lib"), project.path("away"))
    assert project.build().made == ["lib"]
    assert project.read("lib/.git/HEAD") == "head\n"


# ---- clean --stale


MAKERS = """
    @rule("made")
    def made(out):
        sh(f"echo made > {out}")

    @rule("named")
    def named(out):
        sh(f"echo named > {out}")

    @rule("globbed.txt")
    def globbed(out):
        sh(f"echo globbed > {out}")

    @rule("old", "folder/")
    def old(out):
        sh("echo old > old; mkdir folder; echo x > folder/x")
    """
USER = """
    source("named")
    TEXTS = glob("*.txt")

    @rule("out")
    def copy(out):
        sh(f"cat {need('made')} {need('named')} > {out}")

    @rule("all")
    def every(out):
        sh(f"cat {TEXTS} {need('folder/x')} > {out}")
    """
LEFTOVER = """\
redunfile.py:7:15: made is no source: redun made it, and no rule makes it any more
     7 |     sh(f"cat {need('made')} {need('named')} > {out}")
       |               ^
  in out, made by rule `copy` (redunfile.py:6:5)
  hint: `redun clean --stale` removes what rules have left that are gone. To keep it as a source,
        say source("made"), add it to git, or edit it
"""


def test_what_a_rule_made_that_is_gone_is_no_source(project: Project):
    project.rules(MAKERS)
    project.build()
    project.rules(USER)
    refused = project.build("out", status=2)
    assert refused.errors == LEFTOVER
    assert project.run("why", "out", status=2).errors == refused.errors
    assert project.build("made", status=2).errors.startswith("redun: made is no source: redun made it")
    errors = project.build("all", status=2).errors
    assert ("globbed.txt is no source" in errors, "folder/x is no source" in errors) == (True, True)
    assert project.run("why", "globbed.txt", status=2).errors.startswith("redun: globbed.txt is no source: redun made")


def test_what_a_rule_made_that_is_gone_is_no_source_where_a_depfile_names_it(project: Project):
    user = """
    @rule("out")
    def copy(out):
        sh(f"cat gen*.h > {out}; echo {out}: gen.{raw('h')} > {out}.d", depfile=f"{out}.d")
    """
    maker = """
    @rule("gen.h")
    def header(out):
        sh(f"echo gen > {out}")
    """
    project.rules(user.replace("sh(", 'need("gen.h", order_only=True)\n        sh(') + maker)
    assert project.build("out").made == ["gen.h", "out"]
    project.rules(user)
    assert project.build("-n", "out").output.startswith("would make  out: gen.h was made by a rule that is gone\n")
    assert "out would be made: gen.h was made by a rule that is gone" in project.run("why", "out").output
    assert "redun: gen.h is no source: redun made it, and no rule makes it" in project.build("out", status=1).output
    project.write("gen.h", "my own\n")
    assert project.build("out").made == ["out"]
    assert project.build("out").is_idle


def test_a_stale_output_that_became_a_source_stays(project: Project):
    project.rules(MAKERS)
    project.build()
    project.rules(USER)
    project.write("made", "my own\n")
    project.build("out")
    assert project.read("out") == "my own\nnamed\n"
    assert project.run("clean", "--stale", "-n").of("would remove") == []
    cleaned = project.run("clean", "--stale")
    assert cleaned.of("removed") == ["folder", "globbed.txt", "old"]
    assert cleaned.of("left") == [f"{name}: it is a source now" for name in ("made", "named")]
    assert project.run("clean").of("removed") == ["out"]
    project.build("out")


def test_a_stale_output_that_git_keeps_stays(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.build()
    git(project, "init", "-q")
    git(project, "add", "out")
    project.rules(COPY.replace('"out"', '"other"'))
    project.build()
    assert project.run("clean", "--stale").of("left") == ["out: git keeps it"]
    assert project.run("clean").of("removed") == ["other"]
    assert project.read("out") == "one\n"


# ---- what git keeps


def test_an_output_that_git_keeps_is_not_overwritten_by_a_restore(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.build()
    project.run("clean")
    project.write("out", "committed\n")
    git(project, "init", "-q")
    git(project, "add", "out")
    for words in (("-n",), ()):
        assert "redun: git keeps out, which would be overwritten" in project.build(*words, status=None).output
        assert project.read("out") == "committed\n"
    assert project.build("--force", "out").made == ["out"]
    assert displaced(project) == {"out": "committed\n"}


def test_what_was_forced_once_is_not_redun_s_for_ever(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.write("out", "committed\n")
    git(project, "init", "-q")
    git(project, "add", "out")
    project.build("--force", "out")
    project.write("in", "two\n")
    assert project.build().made == ["out"]  # what redun put there it may make again
    project.write("out", "edited\n")
    for content in ("two\n", "three\n"):  # restored, or made
        project.write("in", content)
        assert "redun: git keeps out, which would be overwritten" in project.build(status=None).output
        assert project.read("out") == "edited\n"
    project.rules(COPY.replace('("out"', '("out", tracked=True'))
    assert project.build().made == ["out"]
    assert sum(path.read_text() == "edited\n" for path in (project.state / "displaced").glob("*/out")) == 1


def test_what_git_keeps_is_cleaned_only_by_name(project: Project):
    project.rules("""
        @rule("gen/out", tracked=True)
        def kept(out):
            sh(f"cp {need('in')} {out}")

        @rule("gen/more")
        def more(out):
            sh(f"cp {need('in')} {out}")

        group("all", "gen/out", "gen/more")
    """)
    project.write("in", "one\n")
    git(project, "init", "-q")
    project.build()
    git(project, "add", "gen/out")
    reason = ["gen/out: git keeps it (name it, or say --force)"]
    assert project.run("clean", "-n").of("left") == reason
    cleaned = project.run("clean", "gen")
    assert (cleaned.of("removed"), cleaned.of("left")) == (["gen/more"], reason)
    assert "redun: 1 removed, 1 left\n" in cleaned.output
    assert project.run("clean").of("left") == reason
    assert project.build().restored == ["gen/more"]
    assert project.run("clean", "out", cwd="gen").of("removed") == ["gen/out"]
    assert project.build().restored == ["gen/out"]
    assert project.run("clean", "--force").of("removed") == ["gen/more", "gen/out"]


def test_a_temporary_output_that_git_keeps_is_not_overwritten(project: Project):
    project.rules(TEMPORARY.replace("cat {need(name + '.mid')}", "cat {need(name + '.mid')} {need('more')}"))
    project.write("in", "one\n")
    project.write("more", "1\n")
    project.build("a.end")
    project.write("a.mid", "committed\n")
    git(project, "init", "-q")
    git(project, "add", "a.mid")
    project.write("more", "2\n")
    assert "redun: git keeps a.mid, which would be overwritten" in project.build("a.end", status=None).output
    assert project.read("a.mid") == "committed\n"
    assert displaced(project) == {}


# ---- modes


@pytest.mark.parametrize("out", ["out", "out/"])
def test_a_private_output_never_comes_back_for_all_to_read(project: Project, out: str):
    project.rules(f"""
        @rule("{out}")
        def secret(out):
            sh(f"umask 077; {"mkdir {out}; echo key > {out}/key" if out == "out/" else "echo key > {out}"}")
    """)
    project.build()
    os.rename(project.path("out"), project.path("away"))
    assert project.build().made == ["out"]
    assert project.path("out").stat().st_mode & 0o077 == 0


# ---- places that are not for rules


@pytest.mark.parametrize("path", [".redun/state.db", ".git/config", "redunfile.py", "redun.toml", "pyproject.toml"])
def test_a_rule_that_would_make_it_is_refused(project: Project, path: str):
    project.rules(COPY.replace('"out"', f'"{path}"'))
    project.write("in", "one\n")
    assert f"rule `copy` would make {path}, which is " in project.build(status=2).errors
