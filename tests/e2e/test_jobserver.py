"""make and redun share one -j, whichever calls the other: counted by the jobs themselves, with a real make."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e.project import WAIT, Outcome, Project

pytestmark = pytest.mark.skipif(not shutil.which("make") or not os.path.exists("/proc/self/fd"), reason="needs make")

# Tells how many run now, itself included, and waits until $2 have been seen at once.
JOB = """\
#!/bin/bash
cd "$(dirname "$0")"
mkdir -p here
touch "here/$1"
for try in {1..4000}; do
    count=$(ls here | wc -l)
    echo "$count" >> counts
    (( $(sort -n counts | tail -1) >= ${2:-1} )) && break
    sleep 0.02
done
sleep 0.02
rm "here/$1"
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with `job`, a Makefile below that runs six of them, and six rules that run one each."""
    project.write("job", JOB, executable=True)
    project.write("sub/Makefile", "all: a b c d e f\na b c d e f:\n\t@../job $@ $(NEED)\n")
    project.rules(
        """\
        @rule("o/{n}.out")
        def o(out, n):
            sh(f"./job {n} {env('NEED', '1')} > {out}")

        group("six", [f"o/{n}.out" for n in range(6)])

        @action
        def sub():
            sh(f"make --no-print-directory -C sub NEED={env('NEED', '1')}")

        @action
        def both():
            need([f"o/{n}.out" for n in range(3)], "made")
            sh("true")

        @rule("made")
        def made(out):
            sh(f"make --no-print-directory -C sub NEED={env('NEED', '1')} > {out}")
        """
    )
    return project


def most(shop: Project) -> int:
    """The most jobs that ran at once."""
    return max(map(int, shop.read("counts").split()), default=0)


def make(shop: Project, *words: str, need: int = 1) -> Outcome:
    """Run make in the project."""
    environment = {**shop.environment, "NEED": str(need)}
    done = subprocess.run(
        ["make", *words], cwd=shop.folder, env=environment, capture_output=True, text=True, timeout=WAIT
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


# ---- make below redun


def test_a_make_below_uses_the_free_places(shop: Project):
    shop.build("-j3", "sub", environment={"NEED": "3"})
    assert most(shop) == 3


def test_with_one_job_make_runs_one(shop: Project):
    shop.build("-j1", "sub")
    assert most(shop) == 1


def test_jobs_of_both_together_are_no_more_than_said(shop: Project):
    # The make itself has a place of redun's, in which its first job runs.
    assert shop.build("-j4", "both", environment={"NEED": "4"}).made == ["made", "o/0.out", "o/1.out", "o/2.out"]
    assert most(shop) == 4


def test_a_j_of_its_own_is_left_alone(shop: Project):
    shop.rules('@action\ndef sub():\n    sh("make -j2 -C sub NEED=2")\n')
    outcome = shop.build("-j1", "sub")
    assert most(shop) == 2
    assert "jobserver" not in outcome.output


@pytest.mark.parametrize(("serves", "expected"), [("always", "MAKEFLAGS"), ("never", ""), ("auto", "")])
def test_the_setting_says_who_hears_of_it(shop: Project, serves: str, expected: str):
    shop.write("redun.toml", f'[build]\njobserver = "{serves}"\n')
    shop.rules('@rule("out")\ndef o(out):\n    sh(f"env | grep -o ^M[A-Z]*FLAGS > {out} || true")\n')
    shop.build("out")
    assert shop.read("out").strip() == expected


def test_it_is_in_no_key(shop: Project):
    shop.build("-j2", "made")
    shop.write("redun.toml", '[build]\njobserver = "never"\n')
    assert shop.build("-j5", "made").made == []


def test_a_command_that_declares_makeflags_gets_its_own(shop: Project):
    shop.rules('@rule("out")\ndef o(out):\n    sh(f"make -v > /dev/null; echo $MAKEFLAGS > {out}", MAKEFLAGS="k")\n')
    shop.build("out")
    assert shop.read("out") == "k\n"


def test_a_make_that_is_killed_does_not_keep_places(shop: Project):
    shop.write(
        "sub/Makefile",
        """\
        all: a b
        a:
        \t@touch ../up; sleep 300
        b:
        \t@while test ! -e ../up; do sleep 0.01; done; kill -9 $$PPID; sleep 300
        """,
    )
    shop.rules(
        """\
        @rule("bad")
        def bad(out):
            sh("make -C sub")

        @rule("gate")
        def gate(out):
            sh(f"while test ! -e $PWD/up; do sleep 0.01; done; sleep 0.1; touch {out}")

        @rule("o/{n}.out")
        def o(out, n):
            need("gate", order_only=True)
            sh(f"./job {n} 3 > {out}")
        """
    )
    outcome = shop.build("-j3", "-k", "bad", "o/1.out", "o/2.out", "o/3.out", status=1)
    assert outcome.failed == ["bad"]
    assert most(shop) == 3


def test_redun_below_redun_shares_as_well(shop: Project, tmp_path_factory: pytest.TempPathFactory):
    inner = Project(tmp_path_factory.mktemp("inner"), shop.environment)
    inner.rules(
        f'@rule("{{n}}.out")\ndef o(out, n):\n    sh(f"{shop.folder}/job {{n}} 2 > {{out}}")\n\n\n'
        'default([f"{n}.out" for n in range(4)])\n'
    )
    shop.rules(f'@action\ndef inner():\n    sh("redun build -C {inner.folder}")\n')
    shop.build("-j2", "inner")
    assert most(shop) == 2


# ---- redun below make


def test_redun_below_make_takes_part(shop: Project):
    shop.write("Makefile", "all: redun sub\nredun:\n\t+@redun build six\nsub:\n\t@$(MAKE) -s -C sub\n")
    outcome = make(shop, "-s", "-j3", "all", need=3)
    assert outcome.status == 0, outcome
    assert most(shop) == 3
    assert "redun: 6 run" in outcome.output


def test_without_a_plus_one_job_runs_and_redun_says_why(shop: Project):
    shop.write("Makefile", "all:\n\t@redun build six\n")
    outcome = make(shop, "-s", "-j3", "all")
    assert most(shop) == 1
    assert "redun: one job at a time: the jobserver that redun was called with cannot be used" in outcome.output


def test_a_j_of_redun_s_goes_before_and_redun_says_so(shop: Project):
    shop.write("Makefile", "all:\n\t+@redun build -j2 six\n")
    outcome = make(shop, "-s", "-j5", "all", need=2)
    assert most(shop) == 2
    assert "redun: -j 2 was given: redun takes no part in the jobserver that it was called with" in outcome.output


class Server:
    """A jobserver whose tokens are told apart."""

    def __init__(self, shop: Project, kind: str) -> None:
        if kind == "pipe":
            self.reader, self.writer = os.pipe()
            auth = f"{self.reader},{self.writer}"
        else:
            path = shop.folder / "a fifo"
            os.mkfifo(path)
            self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            self.writer = os.open(path, os.O_WRONLY)
            auth = "fifo:" + str(path).replace(" ", "\\ ")
        os.write(self.writer, b"abc")
        self.environment = {**shop.environment, "MAKEFLAGS": f" -j4 --jobserver-auth={auth}"}
        self.shop = shop

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start redun below it."""
        return subprocess.Popen(
            ["redun", "build", *words], cwd=self.shop.folder, env=self.environment, text=True,
            pass_fds=(self.reader, self.writer), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def tokens(self) -> bytes:
        """What has come back."""
        os.set_blocking(self.reader, False)
        return bytes(sorted(os.read(self.reader, 100)))

    def close(self) -> None:
        os.close(self.reader)
        os.close(self.writer)


@pytest.fixture(params=["pipe", "fifo"])
def server(request: pytest.FixtureRequest, shop: Project) -> Iterator[Server]:
    made = Server(shop, request.param)
    yield made
    try:
        made.close()
    except OSError:
        assert request.node.name.startswith("test_one_that_goes_away")


def test_every_token_comes_back(server: Server, shop: Project):
    server.environment["NEED"] = "4"
    process = server.start("six")
    assert process.wait(WAIT) == 0
    assert most(shop) == 4
    assert server.tokens() == b"abc"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_token_comes_back_from_one_that_is_ended(server: Server, shop: Project, number: int):
    server.environment["NEED"] = "9"  # which never are there: they wait
    process = server.start("six")
    shop.wait_for("counts")
    shop.until(lambda: most(shop) >= 4)
    process.send_signal(number)
    assert process.wait(WAIT) == 128 + number
    assert server.tokens() == b"abc"


def test_every_token_comes_back_after_a_failure(server: Server, shop: Project):
    shop.rules('@rule("{n}.out")\ndef o(out, n):\n    sh("sleep 0.1; exit 3")\n')
    process = server.start("-k", "1.out", "2.out", "3.out", "4.out", "5.out")
    assert process.wait(WAIT) == 1
    assert server.tokens() == b"abc"


def test_one_that_goes_away_does_not_stop_the_build(server: Server, shop: Project):
    shop.rules(
        """\
        @rule("{n}.out")
        def o(out, n):
            sh(f"touch $PWD/up; while test ! -e $PWD/gone; do sleep 0.01; done; echo {n} > {out}")
        """
    )
    process = server.start(*[f"{n}.out" for n in range(9)])
    shop.wait_for("up")
    server.close()
    shop.write("gone", "")
    output, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 0
    assert "redun: 9 run" in output
    assert output.count("the jobserver that redun took part in is gone") <= 1
