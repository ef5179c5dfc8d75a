"""What a build tells of itself beside its lines: a trace, JUnit XML, the time it took or would take, and --check."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.project import Project

RULES = r"""
@rule("{stem}.o")
def cc(out, stem):
    sh(f"cat {need(f'{stem}.c')} > {out}")

@rule("all")
def link(out):
    sh(f"sleep 0.1; cat {need(['a.o', 'b.o'])} > {out}")

@check
def fine():
    sh(f"echo looks fine; test -s {need('all')}")

@check
def odd():
    sh(r"printf 'a\033[31m<&\001\377\r\n'; exit 3")

@check
def waits():
    sh("touch waiting; sleep 300")

@check
def after():
    need("bad")
    sh("true")

@rule("bad")
def bad(out):
    sh(f"false > {out}")

@action
def greet():
    sh("echo hello")
"""


@pytest.fixture
def built(project: Project) -> Project:
    project.rules(RULES)
    project.write("a.c", "a\n")
    project.write("b.c", "b\n")
    return project


# ---- --trace


def trace(project: Project) -> list[dict[str, Any]]:
    """The events of the trace in `trace`."""
    content = json.loads(project.read("trace"))
    assert content["displayTimeUnit"] == "ms"
    found: list[dict[str, Any]] = content["traceEvents"]
    return found


def bars(found: list[dict[str, Any]], lane: int) -> list[dict[str, Any]]:
    """The complete events of a lane, by time."""
    return sorted((each for each in found if each["ph"] == "X" and each["tid"] == lane), key=lambda each: each["ts"])


def test_a_trace(built: Project):
    here = "$PWD/.."
    both = f"touch {here}/{{stem}}; until [ -e {here}/a ] && [ -e {here}/b ]; do sleep 0.01; done; "  # at once
    built.rules(RULES.replace('sh(f"cat {need(f', f'sh(f"{both}cat {{need(f'))
    done = built.build("-j2", "all", "--trace", "trace")
    found = trace(built)
    lanes = {each["tid"]: each["args"]["name"] for each in found if each["name"] == "thread_name"}
    assert lanes == {0: "phases", 1: "critical path", 2: "place 1", 3: "place 2"}
    assert [each["name"] for each in bars(found, 0)] == ["plan", "decide", "run"]
    jobs = [each for lane in (2, 3) for each in bars(found, lane)]
    assert sorted(each["name"] for each in jobs) == ["a.o", "all", "b.o"]
    for lane in (2, 3):
        row = bars(found, lane)
        assert all(one["ts"] + one["dur"] <= two["ts"] for one, two in pairwise(row))
    [link] = [each for each in jobs if each["name"] == "all"]
    assert link["args"]["critical"] is True
    assert link["args"]["because"] == "it was never built here"
    assert link["dur"] >= 100_000
    assert 0 < link["args"]["cpu"] < 10
    assert link["args"]["memory"] is None or link["args"]["memory"] > 0
    path = bars(found, 1)
    assert [each["name"] for each in path][1:] == ["all"]
    assert path[0]["name"] in ("a.o", "b.o")
    waits = [each["ph"] for each in found if each["name"] == "wait: all"]
    assert waits == ["b", "e"]
    [line] = [line for line in done.output.splitlines() if "critical path" in line]
    assert re.fullmatch(r"redun: critical path [\d.]+ s: [ab]\.o \([\d.]+ s\) -> all \([\d.]+ s\)", line)


def test_a_trace_of_nothing(built: Project):
    built.build("all")
    assert "critical path" not in built.build("all", "--trace", "trace").output
    assert [each["name"] for each in bars(trace(built), 0)] == ["plan", "decide"]
    assert bars(trace(built), 1) == []


def test_a_trace_of_a_failure_replaces_the_last_one(built: Project):
    built.build("-k", "all", "bad", "--trace", "trace", status=1)
    [bad] = [each for each in trace(built) if each["name"] == "bad" and each["ph"] == "X" and each["tid"] > 1]
    assert bad["args"]["outcome"] == "failed"
    built.build("all", "--trace", "trace")
    assert not [each for each in trace(built) if each["name"] == "bad"]


# ---- --junit


def cases(project: Project) -> dict[str, ET.Element]:
    """The test cases of the document in `junit` by name."""
    tree = ET.parse(project.path("junit"))
    return {case.attrib["name"]: case for case in tree.iter("testcase")}


def test_junit(built: Project):
    built.build("fine", "greet", "--junit", "junit")
    found = cases(built)
    assert sorted(found) == ["fine", "greet"]
    fine = found["fine"]
    assert fine.attrib["classname"] == "check"
    assert (fine.attrib["file"], fine.attrib["line"]) == ("redunfile.py", "11")
    assert float(fine.attrib["time"]) >= 0
    assert [child.tag for child in fine] == ["system-out"]
    assert fine.findtext("system-out") == "looks fine\n"
    assert found["greet"].findtext("system-out") == "hello\n"


def test_cached_ones_are_marked(built: Project):
    built.build("fine")
    built.build("fine", "--junit", "junit")
    fine = cases(built)["fine"]
    assert fine.attrib["time"] == "0.000"
    assert [each.attrib for each in fine.iter("property")] == [{"name": "cached", "value": "true"}]
    assert fine.findtext("system-out") == "looks fine\n"


def test_failures(built: Project):
    built.build("-k", "odd", "after", "fine", "--junit", "junit", status=1)
    found = cases(built)
    [failure] = found["odd"].iter("failure")
    assert "odd: the command ended with exit status 3" in failure.attrib["message"]
    assert failure.text is not None
    assert failure.text.startswith(failure.attrib["message"])
    assert found["odd"].findtext("system-out") == "a\\x1b[31m<&\\x01\\xff\n"
    [skipped] = found["after"].iter("skipped")
    assert skipped.attrib == {"message": "something that it needs failed"}
    assert not list(found["fine"].iter("failure"))
    suite = ET.parse(built.path("junit")).getroot()
    counts = [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "1", "1"]  # after waits for bad, which is no test and makes the build fail
    [error] = found["bad"].iter("error")
    assert "bad: the command ended with exit status 1" in error.attrib["message"]
    assert found["bad"].attrib["classname"] == "rule"


def test_a_failure_that_is_no_jobs(built: Project):
    built.rules(RULES + "LAST = lines(need('all'))[9]\n")
    said = built.build("LAST", "--junit", "junit", status=1)
    [error] = cases(built)["redun build"].iter("error")
    assert error.attrib["message"] in said.errors + said.output


def test_an_interruption(built: Project):
    running = built.start("build", "-j2", "waits", "odd", "after", "-k", "--junit", "junit")
    built.wait_for("waiting")
    assert not built.exists("junit")  # it is whole or absent
    running.send(signal.SIGTERM)
    running.send(signal.SIGTERM)
    assert running.finish().status == 143
    found = cases(built)
    assert sorted(found.keys() - {"bad"}) == ["after", "odd", "waits"]
    assert [each.attrib["message"] for each in found["waits"].iter("skipped")] == ["the build was interrupted"]


# ---- --check and -n


def test_check(built: Project):
    done = built.build("--check", "all", status=4)
    assert "would make  a.o: it was never built here\n" in done.output
    assert built.files() == ["a.c", "b.c", "redunfile.py"]
    built.build("all")
    assert built.build("--check", "all").is_idle
    assert built.build("--check", "all").is_idle  # the snapshot answers as well
    built.remove("all")
    assert "would get   all" in built.build("--check", "all").output  # from the cache, without running anything
    built.write("a.c", "c\n")
    built.build("--check", "all", status=4)
    assert built.build("-q", "--check", "all", status=4).output == ""
    built.build("--check", "nothing", status=2)
    assert not built.exists("all")


def test_an_action_would_always_run(built: Project):
    built.build("greet")
    built.build("--check", "greet", status=4)


def test_an_estimate(built: Project):
    assert "of work" not in built.build("-n", "all").output  # nothing is known yet
    built.build("all")
    with closing(sqlite3.connect(built.state / "state.db")) as records, records:
        records.execute("UPDATE job SET ended = started + 0.1")
    built.write("b.c", "c\n")
    built.write("c.c", "c\n")
    last = built.build("-n", "all", "c.o").output.splitlines()[-1]
    assert re.fullmatch(
        r"redun: less than 1 s of work, less than 1 s with \d jobs at once; 1 of 3 never ran before", last
    )
    assert built.build("-n", "-j1", "all").output.splitlines()[-1] == "redun: less than 1 s of work"


def test_the_critical_path_of_a_verbose_build(built: Project):
    assert "redun: critical path" in built.build("-v", "all").output
    assert "redun: critical path" not in built.build("-v", "-B", "-q", "all").output


# ---- GitHub Actions


def test_groups_and_places_for_github(built: Project):
    actions = {"GITHUB_ACTIONS": "true"}
    done = built.build("-j1", "-k", "fine", "odd", environment=actions, status=1)
    assert "passed      fine\n::group::output of fine\nlooks fine\n::endgroup::\n" in done.output
    [error] = [line for line in done.output.splitlines() if line.startswith("::error ")]
    assert error.startswith("::error file=redunfile.py,line=15,col=")
    assert "title=odd::" in error
    assert "%0A" in error
    assert "::group::output of odd" not in done.output
    again = built.build("fine", environment=actions)
    assert "passed      fine (cached)\n::group::output of fine\nlooks fine\n::endgroup::\n" in again.output
