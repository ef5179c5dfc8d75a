"""The comparison itself works: every tool builds what it was given, and the documents have its tables. No time is
judged."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import rendering, report, side_by_side, tools
from tests.bench.aims import Aim
from tests.bench.long_file import redunfile
from tests.bench.program import Program
from tests.bench.rendering import NoPlace, Report, pieces_of, with_pieces, write_into
from tests.bench.rounds import BadRun, Cost, Figure, Key, Pace, Runner, call, in_turns, rounds_for
from tests.bench.run_aims import AGAIN, FIRST, aims_table, full, tasks
from tests.bench.wide import Wide

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests/bench/report.py"
PLACES = "".join(
    f"<!-- bench:{name} -->\nold\n<!-- /bench:{name} -->\n" for name in ("ratios", "aims", "times", "machine")
)
TINY = "--targets 3,12 --lines 40 --mebibytes 2 --small-files 20 --rounds 1".split()

A_TIME = r"[\d,.]+ (ms|s)( \(\d\))?"
A_RATIO = r"([\d,.]+( \(\d\))?)?"


def run_script(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *words], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A C program of two files."""
    folder = tmp_path / "sources"
    (folder / "c/include").mkdir(parents=True)
    (folder / "c/include/answer.h").write_text("int answer(void);\n")
    (folder / "c/answer.c").write_text('#include "answer.h"\nint answer(void) { return 0; }\n')
    (folder / "c/main.c").write_text('#include "answer.h"\nint main(void) { return answer(); }\n')
    return folder


def test_a_tiny_comparison(tmp_path: Path, sources: Path, redun_environment: dict[str, str]) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n{PLACES}after\n")
    kept = tmp_path / "figures.json"
    done = run_script(redun_environment, *TINY, "--program", sources, "--save", kept, "--write", document)
    assert done.returncode == 0, done.stderr
    text = document.read_text()
    assert text.startswith("before\n<!-- bench:ratios -->\n| | redo_py | ninja | make | doit |\n|---|---:|")
    assert text.endswith("<!-- /bench:machine -->\nafter\n")
    assert "old" not in text
    for project, situation in [(p, s) for p in ("3 targets", "12 targets") for s in ("up to date", "first build")]:
        for tool in ("redo_py", "ninja", "make", "doit"):
            assert re.search(rf"^\| {project} \| {situation} \| {tool} \| [\d.,]+ \| 1 \| \d+ \|$", text, re.M)
    assert re.search(r"^\| C program, one file changed \| [\d.]+ (ms|s) \| [\d.]+ \| [\d.]+ \|  \|$", text, re.M)
    assert "Left out: snakemake (installed by `--install`; PyPI's snakemake)." in text
    assert "| a file of 2 MiB | hashed | redo_py |" in text

    again = tmp_path / "again.md"
    again.write_text(f"before\n{PLACES}after\n")
    done = run_script(redun_environment, "--saved", kept, "--write", again)
    assert (done.returncode, done.stderr) == (0, "")
    assert again.read_text() == text


@pytest.mark.parametrize("name", ["README.md", "docs/benchmarks.md"])
def test_the_table_in_the_documents_is_the_scripts(name: str) -> None:
    text = (ROOT / name).read_text()
    table = re.search(r"<!-- bench:ratios -->\n(.*?)\n<!-- /bench:ratios -->", text, re.S)
    assert table
    head, line, *rows = [row for row in table[1].splitlines() if row.startswith("|")]
    others = head.removeprefix("| | redo_py | ").removesuffix(" |").split(" | ")
    assert set(others) <= set(tools.TOOLS)
    assert {"ninja", "make"} <= set(others)
    assert line == "|---|" + "---:|" * (1 + len(others))
    assert any(row.startswith("| 1,000 targets, up to date | ") for row in rows)
    for row in rows:
        assert re.fullmatch(rf"\| [\w, ]+ \| {A_TIME} \|" + rf" {A_RATIO} \|" * len(others), row), row
    assert "Medians of " in table[1]


def test_the_page_has_a_place_for_everything() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text()
    for name in pieces_of(Report({}, 9, "", {})):
        assert rendering.place(name) in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tools", "redo_py,nake"], "nake: not among redo_py, ninja, make"),
        (["--lines", "1"], "1 is too few: a redunfile of one line is what it is compared with"),
        (["--targets", "many"], "invalid counts value: 'many'"),
        (["--tools", "make"], "report.py: redo_py is needed: not among --tools"),
        (["--saved", "/nowhere/figures.json"], "report.py: [Errno 2]"),
    ],
)
def test_a_wrong_command_line(words: list[str], told: str, redun_environment: dict[str, str]) -> None:
    done = run_script(redun_environment, *words)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_document_without_a_place_is_refused_and_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("nothing here\n")
    with pytest.raises(NoPlace, match=r"page\.md has no line <!-- bench:a --> or <!-- bench:b -->"):
        write_into(document, {"a": "x", "b": "y"})
    assert document.read_text() == "nothing here\n"


def test_a_place_that_does_not_end_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("<!-- bench:a -->\nmine\n")
    with pytest.raises(NoPlace, match="bench:a --> has no <!-- /bench:a -->"):
        write_into(document, {"a": "x"})
    assert document.read_text() == "<!-- bench:a -->\nmine\n"


def test_pieces_go_between_their_marks() -> None:
    text = "1\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n2\n"
    once = with_pieces(text, {"a": "new", "b": "unused"})
    assert once == "1\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\n2\n"
    assert with_pieces(once, {"a": "new"}) == once


def test_figures_that_were_kept_in_parts_come_together(tmp_path: Path) -> None:
    one, two = Key("3 targets", "up to date", "make"), Key("9 targets", "up to date", "make")
    report.save(Report({one: Figure(1.0, 9, 5)}, 9, "a machine", {"redo": "not found"}), tmp_path / "one")
    report.save(Report({one: Figure(2.0, 1, 6), two: Figure(3.0, 1, 7)}, 1, "another", {}), tmp_path / "two")
    assert report.saved([tmp_path / "one", tmp_path / "two"]) == Report(
        {one: Figure(2.0, 1, 6), two: Figure(3.0, 1, 7)}, 9, "a machine", {"redo": "not found"}
    )


def test_ratios() -> None:
    figures = {
        Key("3 targets", "up to date", "redo_py"): Figure(0.02, 9, 0),
        Key("3 targets", "up to date", "make"): Figure(0.005, 9, 0),
        Key("9 targets", "first build", "redo_py"): Figure(1.5, 9, 0),
        Key("9 targets", "first build", "doit"): Figure(30.0, 1, 0),
        Key("start", "--version", "redo_py"): Figure(0.01, 9, 0),
        Key("start", "--version", "python -c pass"): Figure(0.01, 9, 0),
    }
    assert "\n".join(rendering.ratios(Report(figures, 9, "", {"redo": "not found"}))) == (
        "| | redo_py | make | doit |\n"
        "|---|---:|---:|---:|\n"
        "| 3 targets, up to date | 20 ms | 0.25 |  |\n"
        "| 9 targets, first build | 1.5 s |  | 20 (1) |\n"
        "\n"
        "The first column is our time; the others are how many times as long the tool takes. "
        "Medians of 9 runs in turns, or of as many as the brackets say.\n"
        "Left out: redo (not found)."
    )


@pytest.mark.parametrize(
    ("aim", "rows"),
    [
        (Aim("a", lambda _: 1.5, 1.5), ["| a | 1.50 | at most 1.50 | yes |"]),
        (Aim("a", lambda _: 1.6, 1.5), ["| a | 1.60 | at most 1.50 | no |"]),
        (Aim("a", lambda _: 1.6, 1.5, at_least=True), ["| a | 1.60 | at least 1.50 | yes |"]),
        (Aim("a", lambda _: 1234, None, shown="{:,}"), ["| a | 1,234 |  |  |"]),
        (Aim("a", lambda figures: figures[Key("x", "y", "z")].seconds, 1), []),
    ],
)
def test_aims(aim: Aim, rows: list[str]) -> None:
    assert list(aim.rows({})) == rows


@pytest.mark.parametrize(("seconds", "rounds"), [(0.0, 9), (1.0, 9), (1.2, 7), (2.4, 3), (4.9, 1), (100.0, 1)])
def test_slow_things_run_less_often(seconds: float, rounds: int) -> None:
    assert rounds_for([Cost(seconds, 0)], Pace(9, 10)) == rounds


def test_things_take_turns() -> None:
    told: list[str] = []

    def runner(name: str, seconds: list[float]) -> Runner:
        def run() -> Cost:
            told.append(name)
            return Cost(seconds.pop(), 7)

        return Runner(Key("", "", name), run, lambda: told.append("-"))

    figures = in_turns([runner("a", [3.0, 1.0, 2.0]), runner("slow", [50.0])], Pace(3, 10))
    assert told == ["-", "a", "-", "slow", "-", "a", "-", "a"]
    assert figures == {Key("", "", "a"): Figure(2.0, 3, 7), Key("", "", "slow"): Figure(50.0, 1, 7)}


def test_memory_is_the_commands_own(tmp_path: Path) -> None:
    ballast = bytearray(100 << 20)  # in this process, which the command must not be blamed for
    ballast[:: 1 << 12] = bytes(len(ballast) >> 12)
    assert call(["/bin/true"], tmp_path).peak < 40 << 20
    assert call([sys.executable, "-c", "bytearray(b'x') * (70 << 20)"], tmp_path).peak > 70 << 20


def test_a_command_that_fails(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match=r"sh -c echo oh; exit 3 ended with 3:\noh"):
        call(["/bin/sh", "-c", "echo oh; exit 3"], tmp_path)
    with pytest.raises(BadRun, match=r"(?s)/nowhere/tool could not be started:.*No such file"):
        call(["/nowhere/tool"], tmp_path)


def test_a_tool_that_makes_nothing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tools.TOOLS, "make", tools.Tool(("true",), 9, "nowhere"))
    with pytest.raises(BadRun, match=r"make did not make 2 files, out/0\.txt the first"):
        side_by_side.measure_wide(2, ["make"], Pace(1, 1), tmp_path)


def test_a_tool_that_leaves_old_outputs_is_noticed(tmp_path: Path) -> None:
    project = Wide("make", tmp_path / "p", 3)
    project.write()
    side_by_side.build_and_check(project)
    project.edit()
    with pytest.raises(BadRun, match=r"make did not make 1 files, out/0\.txt"):
        side_by_side.check(project)


def test_a_project_made_new_has_only_what_somebody_wrote(tmp_path: Path, sources: Path) -> None:
    for project in (Wide("make", tmp_path / "wide", 2), Program("make", tmp_path / "program", sources)):
        project.write()
        before = sorted(path.relative_to(project.folder) for path in project.folder.rglob("*"))
        side_by_side.build_and_check(project)
        (project.folder / ".state").mkdir()
        (project.folder / ".state/of a tool").write_text("")
        assert len(list(project.folder.rglob("*"))) > len(before) + 2
        side_by_side.make_new(project)
        assert sorted(path.relative_to(project.folder) for path in project.folder.rglob("*")) == before


def test_edits_never_come_back(tmp_path: Path) -> None:
    project = Wide("make", tmp_path / "p", 2)
    project.write()
    seen = set()
    for _ in range(6):
        project.edit()
        seen.add(tuple((project.folder / f"in/{number}.txt").read_text() for number in range(2)))
    assert len(seen) == 6


def test_a_tool_that_is_not_there_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(tools.TOOLS, "redo", tools.Tool(("no-such-program",), 9, "nowhere to be had"))
    assert tools.installed(["redo", "redun", "make"]) == (
        ["make"],
        {
            "redo": "not found; nowhere to be had",
            "redun": "installed by `--install`; PyPI's redun, another tool than ours",
        },
    )


def test_sources_that_cannot_be_fetched_are_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline() -> Path:
        raise BadRun("the C program could not be fetched:\nno network\n")

    monkeypatch.setattr(report, "fetched", offline)
    missing: dict[str, str] = {}
    names = [name for name, _ in report.parts(report.options_of(TINY), ["redo_py"], missing)]
    assert "C program" not in names
    assert missing == {"the C program": "no network"}


@pytest.mark.parametrize("lines", [1, 100, 5000])
def test_the_long_redunfile_is_long(lines: int, tmp_path: Path, redun_environment: dict[str, str]) -> None:
    text = redunfile(lines)
    assert lines <= text.count("\n") < lines + 20
    if lines == 100:
        (tmp_path / "redunfile.py").write_text(text)
        (tmp_path / "in").mkdir()
        (tmp_path / "in/last.txt").write_text("the last\n")
        subprocess.run(["redun", "build", "-q"], cwd=tmp_path, env=redun_environment, check=True)
        assert (tmp_path / "out/0/last.txt").read_text() == "the last\n"


def test_what_executors_cost(tmp_path: Path, redun_environment: dict[str, str]) -> None:
    document = tmp_path / "page.md"
    document.write_text("<!-- bench:elsewhere -->\n<!-- /bench:elsewhere -->\n")
    words: list[str | Path] = [
        sys.executable,
        ROOT / "tests/bench/elsewhere.py",
        *"--jobs 20 --files 4 --rounds 1".split(),
    ]
    done = subprocess.run(
        [*words, "--parts", "process,staging", "--write", document],
        env=redun_environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ")[0] for line in document.read_text().splitlines()[3:-1]]
    assert rows == [
        "| 20 trivial jobs through 2 processes, jobs/s", "| the same in a run, with its records, jobs/s",
        "| 4 small files staged to S3 / a loop of obstore", "| 4 small files fetched from there / a loop of obstore",
    ]  # fmt: skip


@pytest.mark.slow
def test_what_workflows_cost(tmp_path: Path, redun_environment: dict[str, str]) -> None:
    places = ("workflows", "workflows-full", "run-aims")
    document = tmp_path / "page.md"
    document.write_text("".join(f"<!-- bench:{name} -->\n<!-- /bench:{name} -->\n" for name in places))
    words = "--tasks 3 --rounds 1 --full-store 5".split()
    done = subprocess.run(
        [sys.executable, ROOT / "tests/bench/workflows.py", *words, "--write", document],
        env=redun_environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ")[0] for line in document.read_text().splitlines() if line.startswith("| ")]
    assert rows == [
        "|", "| 3 tasks, first run", "| 3 tasks, nothing changed",
        "| first run, 5 jobs in the store", "| 3 tasks",
        "|", "| `redun run` of 1 task, nothing changed, start included, ms",
        "| 10,000 tasks, memory of each that is done, bytes",
    ]  # fmt: skip


RUN_FIGURES = {
    Key(tasks(count), situation, tool): Figure(seconds, 5, 0)
    for count, situation, tool, seconds in [
        (1, FIRST, "redo_py", 0.1), (1000, FIRST, "redo_py", 0.2), (10_000, FIRST, "redo_py", 1.1),
        (100_000, FIRST, "redo_py", 16.1), (1, FIRST, "redun", 1.0), (1000, FIRST, "redun", 18.0),
        (1, full(1_000_000), "redo_py", 0.1), (10_000, full(1_000_000), "redo_py", 2.6),
        (1, AGAIN, "redo_py", 0.1), (10_000, AGAIN, "redo_py", 0.35),
    ]
}  # fmt: skip


def test_the_aims_of_workflows() -> None:
    assert list(aims_table(RUN_FIGURES))[2:] == [
        "| 1,000 tasks, first run, time of redun / ours | 170 | at least 150 | yes |",
        "| 10,000 tasks, first run, tasks/s | 10,000 | at least 10,000 | yes |",
        "| 10,000 tasks, first run, 1,000,000 jobs in the store, tasks/s | 4,000 | at least 5,000 | no |",
        "| 100,000 tasks / 10,000 tasks, first run, tasks/s | 0.62 | at least 0.70 | no |",
        "| 10,000 tasks, nothing changed, s | 0.25 | at most 0.30 | yes |",
        "| `redun run` of 1 task, nothing changed, start included, ms | 100 | at most 250 | yes |",
    ]
