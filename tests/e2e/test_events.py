"""`--events`: what happens, for other programs."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.e2e.event_records import KINDS, RECORDS, Job, Progress
from tests.e2e.project import WAIT, Project

RULES = r"""
@rule("{stem}.o")
def cc(out, stem):
    sh(f"cat {need(f'{stem}.c')} > {out}")

@rule("all")
def link(out):
    sh(f"cat {need(['a.o', 'b.o'])} > {out}")

@rule("bad")
def bad(out):
    sh(f"exit 7 > {out}")

@rule("shaky", retries=2)
def shaky(out):
    sh(f"exit 1 > {out}")

@rule("waits")
def waits(out):
    sh(f"touch waiting; sleep 300; echo > {out}")

@action
def greet(name="you"):
    sh(f"echo hello {name}")

@check
def fine():
    sh(f"test -s {need('all')}")
"""


@pytest.fixture
def built(project: Project) -> Project:
    project.rules(RULES)
    project.write("a.c", "a\n")
    project.write("b.c", "b\n")
    return project


def records(text: str) -> list[dict[str, Any]]:
    """The records, each of them valid."""
    found = [json.loads(line) for line in text.splitlines()]
    for record in found:
        RECORDS.validate_python(record)
    return found


def events(project: Project, *words: str, status: int = 0) -> list[dict[str, Any]]:
    """What `redun build WORDS` tells."""
    if project.exists("log"):
        project.remove("log")
    project.build(*words, "--events", "log", status=status)
    return records(project.read("log"))


def ends(found: list[dict[str, Any]]) -> dict[str, str]:
    """The outcome of each job."""
    return {record["job"]["origin"]: record["outcome"] for record in found if record["kind"] == "job_ended"}


def test_a_build(built: Project):
    found = events(built, "-j1", "all", "fine", "greet")
    assert [found[0]["kind"], found[-1]["kind"]] == ["build_started", "build_ended"]
    assert found[0]["targets"] == ["all", "fine", "greet"]
    assert found[0]["jobs"] == 1
    assert found[0]["root"] == str(built.folder)
    assert ends(found) == dict.fromkeys(["a.o", "b.o", "all", "fine", "greet"], "ran")
    life = [record for record in found if record.get("job", {}).get("origin") == "a.o"]
    assert [record["kind"] for record in life] == ["job_queued", "job_started", "job_ended"]
    assert life[0]["job"] == {
        "seq": life[0]["job"]["seq"], "origin": "a.o", "kind": "rule", "task": "redun.command", "outputs": ["a.o"],
    }  # fmt: skip
    assert life[0]["reason"] == "it was never built here"
    assert life[2]["duration"] >= 0
    assert life[2]["tries"] == 1
    assert found[-1]["counts"] == {"ran": 5}
    assert found[-1]["progress"] == {"done": 5, "total": 5, "failed": 0, "running": 0}
    assert [record["time"] for record in found] == sorted(record["time"] for record in found)


def test_a_second_build_is_told_too(built: Project):
    built.build("all")
    assert ends(events(built, "all")) == dict.fromkeys(["a.o", "b.o", "all"], "cached")
    built.remove("a.o")
    assert ends(events(built, "all"))["a.o"] == "restored"
    built.write("a.c", "c\n")
    found = events(built, "all")
    [started] = [each for each in found if each["kind"] == "job_started" and each["job"]["origin"] == "a.o"]
    assert started["summary"] == "input"
    assert started["reason"].startswith("a.c changed (")


def test_records_are_added(built: Project):
    built.build("all", "--events", "log")
    built.build("all", "--events", "log")
    found = records(built.read("log"))
    assert [each["kind"] for each in found].count("build_started") == 2
    assert len({each["execution"] for each in found}) == 2


def test_failures(built: Project):
    found = events(built, "-k", "bad", "shaky", "all", status=1)
    outcomes = ends(found)
    assert outcomes["bad"] == outcomes["shaky"] == "failed"
    assert outcomes["all"] == "ran"
    [bad] = [each for each in found if each["kind"] == "job_ended" and each["job"]["origin"] == "bad"]
    assert bad["exit_status"] == 7
    assert "ended with exit status 7" in bad["error"]
    retried = [each["tries"] for each in found if each["kind"] == "job_retried"]
    assert retried == [1, 2]
    assert found[-1]["status"] == 1
    assert found[-1]["outcome"] == "failed"
    assert found[-1]["progress"]["failed"] == 2


def test_an_interruption(built: Project):
    running = built.start("build", "waits", "--events", "log")
    built.wait_for("waiting")
    running.send(signal.SIGINT)
    assert running.finish().status == 130
    found = records(built.read("log"))
    assert ends(found) == {"waits": "stopped"}
    assert (found[-1]["kind"], found[-1]["status"], found[-1]["outcome"]) == ("build_ended", 130, "interrupted")


def test_what_is_in_the_way(built: Project):
    built.write("a.o", "mine\n")
    [displaced] = [each for each in events(built, "all") if each["kind"] == "file_displaced"]
    assert displaced["path"] == "a.o"
    assert built.read(displaced["to"]) == "mine\n"


def test_a_dry_run(built: Project):
    found = events(built, "-n", "all")
    assert found[0]["dry"] is True
    assert ends(found) == dict.fromkeys(["a.o", "b.o", "all"], "would_run")


def test_standard_output(built: Project):
    done = built.build("all", "--events", "-")
    assert [records(done.output)[0]["kind"], records(done.output)[-1]["kind"]] == ["build_started", "build_ended"]
    assert "made        all\n" in done.errors


def test_standard_output_is_no_file_of_that_name(built: Project):
    built.write("-", "mine")
    result = built.build("a.o", "--events", "-")
    assert '"build_ended"' in result.output
    assert built.read("-") == "mine"


def test_arguments_of_an_action(built: Project):
    built.build("--events", "log", "greet", "--name", "a b")
    first = records(built.read("log"))[0]
    assert (first["targets"], first["arguments"]) == (["greet"], ["--name", "a b"])


def test_odd_names(built: Project):
    built.write(b'odd\xff ".c', "x\n")
    found = events(built, b'odd\xff ".o')  # type: ignore[arg-type]
    assert ends(found) == {'odd\udcff ".o': "ran"}


def test_a_full_disk(built: Project):
    done = built.build("all", "--events", "/dev/full")
    assert done.output.count("redun: /dev/full cannot be written any more: No space left on device\n") == 1
    assert done.made == ["a.o", "all", "b.o"]


def test_a_reader_that_leaves(built: Project):
    writer = "while [ ! -e ../gone ]; do sleep 0.01; done; redun build all --events -"
    script = f"({writer}) | {{ exec <&-; touch ../gone; }}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=built.folder, env=built.environment, capture_output=True, text=True, timeout=WAIT
    )
    assert done.stdout == "0\n"
    assert done.stderr.count("redun: standard output cannot be written any more: Broken pipe") == 1
    assert built.exists("all")


@pytest.mark.parametrize(("path", "error"), [("no/log", "No such file or directory"), (".", "Is a directory")])
@pytest.mark.parametrize("option", ["--events", "--trace", "--junit"])
def test_a_file_that_cannot_be_opened(built: Project, option: str, path: str, error: str):
    done = built.build("all", option, path, status=2)
    assert done.errors == (f"redun: {path} cannot be written: {error}\n  hint: name a file in a folder that is there\n")
    assert not built.exists("all")


@pytest.mark.parametrize("option", ["--events", "--trace", "--junit"])
def test_a_file_of_somebody_else_stays(built: Project, option: str):
    built.write("mine.c", "int mine;\n")
    done = built.build("all", option, "mine.c", status=2)
    assert done.errors == (
        "redun: mine.c holds something else, which would be lost\n  hint: name another file, or remove this one first\n"
    )
    assert built.read("mine.c") == "int mine;\n"
    built.write("empty", "")
    for _ in range(2):  # the second time over what the first one wrote
        built.build("all", option, "empty")
    assert built.path("empty").stat().st_size


def test_a_refused_build_writes_nothing(built: Project):
    built.build("nothing", "--events", "log", status=2)
    assert not built.exists("log")


def test_the_file_is_found_from_where_the_user_stands(built: Project):
    (built.folder / "sub").mkdir()
    built.run("build", "../all", "--events", "log", cwd="sub")
    assert built.exists("sub/log")
    script = f"cd / && redun build -C {shlex.quote(str(built.folder))} all --events other"
    subprocess.run(["bash", "-c", script], env=built.environment, check=True, timeout=WAIT, capture_output=True)
    assert built.exists("other")
    assert not os.path.exists("/other")


def test_the_documents_name_everything():
    text = (ROOT / "docs/events.md").read_text()
    for model in (*KINDS, Job, Progress):
        for name, field in model.model_fields.items():
            assert f"`{name}`" in text, name
            for value in getattr(field.annotation, "__args__", ()):
                assert not isinstance(value, str) or f"`{value}`" in text, value
