"""`redun gc`: what goes, what stays, and that the next build is right whatever went."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.project import Project
from tests.e2e.test_bad_luck import as_anybody

RULES = """\
    @rule("{stem}.o")
    def cc(out, stem):
        sh(f"cat {need(stem + '.c')} > {out}")

    @rule("app")
    def app(out):
        sh(f"cat {need('a.o')} {need('b.o')} > {out}")

    @rule("big")
    def big(out):
        sh(f"head -c 40000 {need('seed')} > {out}")

    @rule("tree/")
    def tree(out):
        sh(f"mkdir {out}; cp {need('a.c')} {out}/x; head -c 30000 {need('seed')} > {out}/y")

    @check
    def test():
        sh(f"grep -q a {need('app')}; echo tested")

    group("all", "app", "big", "tree/")
    """


@pytest.fixture(autouse=True)
def _temporary(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What dead workers of others have left there is not met."""
    project.environment["TMPDIR"] = str(tmp_path_factory.mktemp("t"))


@pytest.fixture
def built(project: Project) -> Project:
    """A project with small and large outputs, a folder and a check; built."""
    project.write("a.c", "a1\n")
    project.write("b.c", "b1\n")
    project.write("seed", b"1" * 50_000)
    project.rules(RULES)
    project.build("all", "test")
    return project


def rows(project: Project, table: str) -> int:
    with closing(sqlite3.connect(project.state / "state.db")) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(count)


def everything_again(project: Project) -> None:
    """Remove all outputs: they must come back from the cache, and nothing may run."""
    project.run("clean")
    again = project.build("all", "test")
    assert (again.made, sorted(again.restored)) == ([], ["a.o", "app", "b.o", "big", "tree"])


def test_the_last_build_stays_and_earlier_ones_go(built: Project) -> None:
    built.write("a.c", "a2\n")
    built.write("seed", b"2" * 50_000)
    built.build("all", "test")
    told = built.run("gc", "--keep-last-build").output
    assert "5 of 11 results" in told
    assert "5 of 11 outputs and values kept for reuse" in told
    everything_again(built)
    assert "tested" in built.build("test").output
    built.write("a.c", "a1\n")
    assert built.build("all").made == ["a.o", "app", "tree"]
    assert built.read("app") == "a1\nb1\n"


def test_twice_drops_nothing_more(built: Project) -> None:
    built.write("a.c", "a2\n")
    built.build("all", "test")
    built.run("gc", "--keep-last-build")
    assert "dropped" not in built.run("gc", "--keep-last-build").output
    everything_again(built)


def test_a_dry_run_says_the_same_and_drops_nothing(built: Project) -> None:
    built.write("a.c", "a2\n")
    built.build("all", "test")
    counts = [rows(built, table) for table in ("execution", "trace", "digest", "name", "value")]
    would = built.run("gc", "--keep-last-build", "-n").output.splitlines()
    assert counts == [rows(built, table) for table in ("execution", "trace", "digest", "name", "value")]
    built.write("a.c", "a1\n")
    assert built.build("all", "test").made == []
    built.write("a.c", "a2\n")
    built.build("all", "test")
    assert [line.replace("would drop", "dropped   ") for line in would[:-1] if "outputs" in line] == [
        line for line in built.run("gc", "--keep-last-build").output.splitlines() if "outputs" in line
    ]


def test_what_failed_after_the_last_good_build_is_kept_too(built: Project) -> None:
    built.write("a.c", "x\n")
    built.write("seed", b"3" * 50_000)
    assert built.build("-k", "all", "test", status=1).failed == ["test"]
    built.run("gc", "--keep-last-build")
    built.run("clean")
    assert built.build("all").made == []
    built.write("a.c", "a1\n")
    built.write("seed", b"1" * 50_000)
    assert built.build("all", "test").made == []


def test_targets_built_one_after_the_other_all_stay(project: Project) -> None:
    project.write("a.c", "a1\n")
    project.write("b.c", "b1\n")
    project.rules(RULES)
    project.build("a.o")
    project.build("b.o")
    project.run("gc", "--keep-last-build")
    project.run("clean")
    assert project.build("a.o", "b.o").made == []


def test_builds_of_the_same_targets_with_other_values_all_stay(project: Project) -> None:
    project.rules("""\
        MODE = config("mode", "release")

        @rule("app")
        def app(out):
            sh(f"echo {MODE} > {out}")
        """)
    project.write("redun.toml", '[profile.ci.config]\nmode = "ci"\n')
    variants: list[list[str]] = [["-D", "mode=debug"], ["--profile", "ci"], []]
    for words in variants:
        project.build(*words)
    project.run("gc", "--keep-last-build")
    for words in variants:
        project.remove("app")
        assert project.build(*words).restored == ["app"]


def test_without_any_good_build_nothing_goes(project: Project) -> None:
    project.write("a.c", "a1\n")
    project.rules(RULES)
    project.build("-k", "a.o", "b.o", status=2)
    project.write("b.c", "")
    project.write("redunfile.py", project.read("redunfile.py") + '\n@rule("bad")\ndef bad(out):\n    sh("false")\n')
    project.build("-k", "a.o", "bad", status=1)
    project.run("gc", "--keep-last-build")
    assert project.build("a.o").made == []


def test_the_size_is_kept_and_the_next_build_makes_what_went(built: Project) -> None:
    told = built.run("gc", "--max-size", "0").output
    assert "outputs and values kept for reuse" in told
    assert built.build("all").is_idle  # what is in place is still right
    built.remove("big", "a.o")
    again = built.build("all")
    assert again.made == ["a.o", "big"]
    assert built.build("all").is_idle
    assert built.path("big").read_bytes() == b"1" * 40_000


def test_the_size_spares_what_the_last_build_needs_if_asked_to(built: Project) -> None:
    built.write("seed", b"2" * 50_000)
    built.build("all", "test")
    told = built.run("gc", "--max-size", "1K", "--keep-last-build").output
    assert "outputs and values kept for reuse" in told
    assert "builds" not in told
    everything_again(built)


def test_the_oldest_use_goes_first(built: Project) -> None:
    built.write("seed", b"2" * 50_000)
    built.build("all", "test")
    old = time.time() - 5000
    for path in (built.state / "artifacts").glob("?/*"):
        if b"1" in path.read_bytes()[:1]:
            os.utime(path, (old, old))
    built.run("gc", "--max-size", "100K")
    everything_again(built)


def test_age(built: Project) -> None:
    with closing(sqlite3.connect(built.state / "state.db")) as connection, connection:
        connection.execute("UPDATE execution SET started = started - 100000")
    for name in ("a.c", "b.c"):
        built.write(name, f"{name} a2\n")
    built.write("seed", b"2" * 50_000)
    built.build("all", "test")
    assert "builds" not in built.run("gc", "--older-than", "2d").output
    assert "1 of 2 builds" in built.run("gc", "--older-than", "1d").output
    everything_again(built)


def test_the_last_good_build_stays_however_old_it_is(built: Project) -> None:
    with closing(sqlite3.connect(built.state / "state.db")) as connection, connection:
        connection.execute("UPDATE execution SET started = started - 10000000")
    assert "builds" not in built.run("gc", "--older-than", "1d").output
    everything_again(built)


def test_a_clock_that_went_back_does_not_change_which_build_is_the_last(built: Project) -> None:
    with closing(sqlite3.connect(built.state / "state.db")) as connection, connection:
        connection.execute("UPDATE execution SET started = started + 1000000, ended = ended + 1000000")
    built.write("a.c", "a2\n")
    built.build("all", "test")
    built.run("gc", "--keep-last-build")
    everything_again(built)
    assert built.build("all").is_idle


def test_why_and_log_still_answer(built: Project) -> None:
    built.write("a.c", "a2\n")
    built.build("all", "test")
    built.write("b.c", "b2\n")
    built.build("all", "test")
    built.run("gc", "--keep-last-build")
    assert "because   a.c changed" in built.run("why", "a.o").output
    assert built.run("log", "--output", "test").output == "tested\n"
    built.write("b.c", "b3\n")
    assert "b.o would be made: b.c changed" in built.run("why", "b.o").output
    assert "a.o" in built.run("why", "a.c").output


def test_displaced_files_go_only_when_asked(built: Project) -> None:
    built.remove("app")
    built.write("app", "mine\n")
    built.build("all")
    kept = list((built.state / "displaced").rglob("app"))
    assert len(kept) == 1
    built.run("gc", "--keep-last-build")
    assert kept[0].read_text() == "mine\n"
    built.run("gc", "--displaced", "--older-than", "1d")
    assert kept[0].exists()
    assert "1 displaced, " in built.run("gc", "--displaced").output
    assert not kept[0].exists()


def test_leftovers_of_killed_processes_go(built: Project) -> None:
    left = ["staging/1-1", "artifacts/new-4194305-aa-1", "memo.4194305~", "args/x"]
    kept = [f"artifacts/new-{os.getpid()}-aa-1", f"memo.{os.getpid()}~"]
    for name in [*left, *kept]:
        built.write(f".redun/{name}", "x")
    assert "4 left half-written, 4 bytes" in built.run("gc").output
    assert not any((built.state / name).exists() for name in left)
    assert all((built.state / name).exists() for name in kept)


def test_nothing_was_ever_built(project: Project) -> None:
    project.rules(RULES)
    assert project.run("gc", "--keep-last-build").output == "redun: nothing to drop: nothing was built here yet\n"
    assert not project.state.exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--max-size", "2X"), "redun: --max-size takes a size such as 500M or 2G, and not `2X`\n"),
        (("--older-than", "x"), "redun: --older-than takes a length of time such as 12h or 30d, and not `x`\n"),
        (("--older-than", "-1d"), "redun: --older-than takes a length of time such as 12h or 30d, and not `-1d`\n"),
    ],
)
def test_what_is_no_size_or_time(built: Project, words: tuple[str, str], text: str) -> None:
    assert built.run("gc", *words, status=2).errors == text


def test_it_waits_for_a_build(built: Project) -> None:
    built.rules("""\
        @rule("slow")
        def slow(out):
            sh(f"touch $PWD/../started; while test ! -e $PWD/../go; do sleep 0.01; done; echo x > {out}")
        """)
    running = built.start("build", "slow")
    built.wait_for("../started")
    waits = built.start("gc", "--keep-last-build")
    assert waits.first_line().startswith("redun: waiting for another build of this project (process ")
    built.write("../go", "")
    assert running.finish().made == ["slow"]
    assert waits.finish().status == 0
    built.remove("slow")
    assert built.build("slow").restored == ["slow"]


@pytest.fixture
def unwritable(built: Project) -> Iterator[Project]:
    """One whose records cannot be written."""
    paths = [built.state, *built.state.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield built
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_cache_that_cannot_be_written(unwritable: Project) -> None:
    refused = unwritable.run("gc", "--keep-last-build", status=2, prepare=as_anybody)
    assert refused.errors.startswith(f"redun: {unwritable.state} cannot be written: Permission denied\n  hint: ")


@pytest.mark.parametrize("delay", [0.05, 0.1, 0.15, 0.2, 0.25])
def test_killed_at_any_moment(built: Project, delay: float) -> None:
    built.write("a.c", "a2\n")
    built.build("all", "test")
    running = built.start("gc", "--keep-last-build")
    time.sleep(delay)
    running.kill()
    everything_again(built)
    built.run("gc", "--keep-last-build")
    everything_again(built)


def test_odd_names(project: Project) -> None:
    name = b"a b'\"\n\xff.txt"
    project.write(name, "x\n")
    project.rules("""\
        for name in stems("{stem}.txt"):
            @rule(f"out/{name}.copy")
            def copy(out):
                sh(f"cp {need(name + '.txt')} {out}")
        """)
    project.build()
    made = project.path(b"out/a b'\"\n\xff.copy")
    assert made.read_text() == "x\n"
    project.run("gc", "--keep-last-build")
    made.unlink()
    project.build()
    assert made.read_text() == "x\n"


def test_a_temporary_output_that_was_dropped_is_made_again(project: Project) -> None:
    """Before, the fast lane would not have seen that it was gone."""
    project.write("in", "x\n")
    project.write(
        "redunfile.py",
        '@rule("half", temp=True)\ndef half(out):\n    sh(f"cp {need(\'in\')} {out}")\n\n\n'
        '@rule("whole")\ndef whole(out):\n    sh(f"cp {need(\'half\')} {out}")\n\n\n'
        'default("whole")\n',
    )
    project.build()
    assert project.build().is_idle
    project.run("gc", "--max-size", "0")
    assert project.build("--check", status=4).output.startswith("would make  half")
    assert project.build().made == ["half"]


def test_what_it_drops_is_what_it_frees(project: Project):
    project.rules(RULES)
    for number in range(3):
        project.write("seed", str(number) * 50_000)
        project.build("big")
    before = sum(path.stat().st_size for path in project.state.rglob("*") if path.is_file())
    told = project.run("gc", "--keep-last-build").output
    after = sum(path.stat().st_size for path in project.state.rglob("*") if path.is_file())
    assert "2 of 3 outputs and values kept for reuse, 78.1 KiB\n" in told
    freed = float(re.search(r"redun: ([0-9.]+) KiB freed", told)[1])  # type: ignore[index]
    assert freed == pytest.approx((before - after) / 1024, abs=5)
    assert freed >= 78.1


def test_a_scratch_that_others_may_use(project: Project) -> None:
    """Their runs mark what they need once an hour: what is younger than a day stays, whatever is asked for."""
    project.state.mkdir()
    project.write("redun.toml", f'[executors.apart]\ntype = "subprocess"\nscratch = "{project.folder}-shared"\n')
    blob = project.folder.with_name(f"{project.folder.name}-shared") / "blobs/one"
    blob.parent.mkdir(parents=True)
    blob.write_text("x")
    for hours, is_left in ((12, True), (36, False)):
        moment = time.time() - hours * 3600
        os.utime(blob, (moment, moment))
        project.run("gc", "--older-than", "1h")
        assert blob.exists() == is_left


def test_what_jobs_elsewhere_have_left(project: Project) -> None:
    """Old things in the scratch go, but not while a run may need them."""
    project.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    project.write("flow.py", 'from redo_py import task\n@task(executor="apart")\ndef main(): return 7\n')
    project.run("run", "flow.py", "main")
    (code,) = (project.state / "scratch/code").iterdir()
    assert list((project.state / "scratch/jobs").iterdir()) == []
    project.run("gc")
    assert code.exists()
    os.utime(code, (1, 1))
    assert "would drop    1 jobs, code and files in .redun/scratch" in project.run("gc", "-n").output
    journal = project.state / "tmp/run-held"
    journal.parent.mkdir(exist_ok=True)
    with open(journal, "wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        project.run("gc")
        assert code.exists()
    journal.unlink()
    assert "dropped       1 jobs, code and files in .redun/scratch" in project.run("gc").output
    assert not code.exists()
    project.run("run", "--no-cache", "flow.py", "main")


def test_with_nothing_to_drop_nothing_is_freed(project: Project) -> None:
    project.rules(RULES)
    project.write("seed", "x" * 50_000)
    project.build("big")
    project.run("gc")
    assert project.run("gc").output.startswith("redun: 0 bytes freed, ")
