"""Files whose names are known only while building: what a list made by a task, or a condition, says is needed."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project

PIPELINE = """
    import csv


    def samples(sheet):
        with open(sheet, newline="") as stream:
            return [row["sample"] for row in csv.DictReader(stream)]


    def aligned(sample, reads):
        return f"{sample}:{open(reads).read().strip()}"


    def mode(file):
        return open(file).read().strip()
"""

RULES = """
    from pipeline import samples


    @rule("sheet.csv")
    def sheet(out):
        sh(f"grep -v '^#' {need('master.csv')} > {out}")


    @rule("out/{sample}.bam")
    def align(out, sample):
        sh(f"tr a-z A-Z < {need(f'reads/{sample}.fq')} > {out}")


    @rule("merged.txt")
    def merge(out):
        bams = need([f"out/{sample}.bam" for sample in samples(need("sheet.csv"))])
        sh(f"cat /dev/null {bams} > {out}")


    default("merged.txt")
"""


@pytest.fixture
def samples(project: Project) -> Project:
    """A project whose sample sheet is made by a rule."""
    project.write("pipeline.py", PIPELINE)
    project.rules(RULES)
    for name in ("a", "b", "c"):
        project.write(f"reads/{name}.fq", f"{name}{name}\n")
    project.write("master.csv", "sample,lane\na,1\nb,2\n")
    return project


def test_one_sample_more_is_one_run_more_and_one_less_is_only_the_merge(samples: Project) -> None:
    assert samples.build().made == ["merged.txt", "out/a.bam", "out/b.bam", "sheet.csv"]
    assert samples.build().is_idle
    samples.write("master.csv", "sample,lane\na,1\nb,2\nc,3\n")
    assert samples.build().made == ["merged.txt", "out/c.bam", "sheet.csv"]
    assert samples.read("merged.txt") == "AA\nBB\nCC\n"
    assert samples.build().is_idle
    samples.write("master.csv", "sample,lane\na,1\nc,3\n")
    assert samples.build().made == ["merged.txt", "sheet.csv"]
    assert samples.read("merged.txt") == "AA\nCC\n"
    assert samples.build().is_idle


def test_what_the_sheet_names_is_an_input_like_any_other(samples: Project) -> None:
    samples.build()
    samples.write("reads/b.fq", "changed\n")
    assert samples.build().made == ["merged.txt", "out/b.bam"]
    samples.write("reads/c.fq", "nobody reads this\n")
    assert samples.build().is_idle
    samples.remove("out/a.bam")
    assert samples.build().restored == ["out/a.bam"]


def test_a_comment_in_the_master_stops_at_the_sheet(samples: Project) -> None:
    samples.build()
    samples.write("master.csv", "sample,lane\n# a comment\na,1\nb,2\n")
    assert samples.build().made == ["sheet.csv"]
    assert samples.build().is_idle


def test_an_empty_sheet(samples: Project) -> None:
    samples.write("master.csv", "sample,lane\n")
    assert samples.build().made == ["merged.txt", "sheet.csv"]
    assert samples.read("merged.txt") == ""
    assert samples.build().is_idle


def test_odd_names_of_samples(samples: Project) -> None:
    odd = ["a b", "it's", "$x", "é", 'q"q']
    for name in odd:
        samples.write(f"reads/{name}.fq", "x\n")
    samples.write("master.csv", "sample\n" + "".join('"' + name.replace('"', '""') + '"\n' for name in odd))
    made = samples.build().made
    assert made == sorted([*(f"out/{name}.bam" for name in odd), "merged.txt", "sheet.csv"])
    assert samples.read("merged.txt") == "X\n" * len(odd)
    assert samples.build().is_idle


def test_names_that_are_no_utf_8(project: Project) -> None:
    project.rules("""
        @rule("all.txt")
        def join(out):
            sh(f"cat {need(lines(need('list.txt')))} > {out}")
    """)
    project.write("list.txt", b"caf\xe9\n")
    project.write(b"caf\xe9", "x\n")
    assert project.build().made == ["all.txt"]
    project.write(b"caf\xe9", "y\n")
    assert project.build().made == ["all.txt"]
    assert project.read("all.txt") == "y\n"


def test_a_sample_without_reads(samples: Project) -> None:
    samples.build()
    samples.write("master.csv", "sample,lane\na,1\nzz,2\n")
    outcome = samples.build(status=1)
    assert "reads/zz.fq is missing" in outcome.output
    assert samples.read("merged.txt") == "AA\nBB\n"
    samples.write("reads/zz.fq", "zz\n")
    assert samples.build().made == ["merged.txt", "out/zz.bam"]


def test_a_failing_sample_does_not_undo_the_others(samples: Project) -> None:
    samples.rules(RULES.replace("tr a-z A-Z <", "! grep -q bad reads/* || exit 3; tr a-z A-Z <"))
    samples.write("reads/b.fq", "bad\n")
    samples.build("-k", status=1)
    samples.write("reads/b.fq", "good\n")
    assert set(samples.build().made) >= {"merged.txt", "out/b.bam"}
    assert samples.build().is_idle


def test_before_anything_runs_the_last_sheet_counts(samples: Project) -> None:
    first = samples.build("-n").output
    assert "would make  merged.txt: " in first
    assert "out/" not in first
    assert "as of the last build" not in first
    samples.build()
    samples.write("master.csv", "sample,lane\na,1\nb,2\nc,3\n")
    samples.write("reads/b.fq", "changed\n")
    lines = samples.build("-n").output.splitlines()
    assert sorted(line.partition(":")[0] for line in lines if line.startswith("would")) == [
        "would make  merged.txt", "would make  out/b.bam", "would make  sheet.csv", "would run   pipeline.samples",
    ]  # fmt: skip
    assert "redun: as of the last build: pipeline.samples may say something else now" in lines
    assert samples.build().made == ["merged.txt", "out/b.bam", "out/c.bam", "sheet.csv"]
    assert samples.build("-n").is_idle


def test_what_a_call_was_reduced_to_counts_for_whoever_uses_it(project: Project) -> None:
    tasks = """\
        from redo_py import task


        @task
        def double(number):
            return number * 2


        @task
        def doubles():
            return [double(number) for number in range(3)]
        """
    project.write("pipeline.py", tasks)
    project.rules("""\
        from pipeline import doubles

        @rule("sum.txt")
        def total(out):
            sh(f"echo {doubles()} > {out}")
        """)
    project.build()
    project.write("pipeline.py", tasks.replace("number * 2", "number * 3"))
    told = project.build("-n").output
    assert "would make  sum.txt: double would run again\n" in told
    assert "redun: 4 would run, 1 up to date\n" in told
    assert "redun: as of the last build: double may say something else now\n" in told
    assert "redun: 4 run, 1 up to date" in project.build().output


def test_only_the_branch_that_is_chosen_is_needed(project: Project) -> None:
    project.write("pipeline.py", PIPELINE)
    project.rules("""
        from pipeline import mode


        @rule("{size}.db")
        def database(out, size):
            sh(f"cp {need(f'{size}.src')} {out}")


        @rule("answer")
        def answer(out):
            database = need("full.db") if mode(need("mode.txt")) == "full" else need("small.db")
            sh(f"cat {database} > {out}")
    """)
    project.write("mode.txt", "small\n")
    project.write("small.src", "s\n")
    assert project.build("answer").made == ["answer", "small.db"]  # there is no full.src, and nobody minds
    project.write("mode.txt", "full\n")
    assert "full.src is missing" in project.build("answer", status=1).output
    project.write("full.src", "f\n")
    assert project.build("answer").made == ["answer", "full.db"]
    project.write("small.src", "not needed any more\n")
    assert project.build("answer").is_idle
    assert project.read("answer") == "f\n"


def test_calls_for_the_items_of_a_list_run_once_each(project: Project) -> None:
    project.write("pipeline.py", PIPELINE)
    project.rules("""
        from pipeline import aligned, samples

        NAMES = samples(need("sheet.csv"))


        @rule("out.txt")
        def gather(out):
            results = [aligned(name, need(f"{name}.fq")) for name in NAMES if name != "skip"]
            sh(f"echo {results} > {out}")
    """)
    project.write("sheet.csv", "sample\na\nskip\nb\n")
    for name in ("a", "b", "c"):
        project.write(f"{name}.fq", f"{name}\n")
    project.build("out.txt")
    assert project.read("out.txt") == "a:a b:b\n"
    project.write("sheet.csv", "sample\na\nskip\nb\nc\n")
    assert "redun: 3 run, 2 up to date" in project.build("out.txt").output  # the sheet, c and the rule
    assert project.read("out.txt") == "a:a b:b c:c\n"


def test_lists_in_lists(project: Project) -> None:
    project.rules("""
        PAIRS = [f"{row['x']}{tail}" for row in table(need("rows.csv")) for tail in lines(need("tails"))]


        @rule("out")
        def write(out):
            sh(f"echo {[pair for pair in PAIRS if pair != 'b2']} > {out}")
    """)
    project.write("rows.csv", "x\na\nb\n")
    project.write("tails", "1\n2\n")
    project.build("out")
    assert project.read("out") == "a1 a2 b1\n"


def test_a_list_that_needs_what_needs_it(project: Project) -> None:
    project.rules("""
        @rule("a")
        def a(out):
            sh(f"cat {need(lines(need('names')))} > {out}")


        @rule("b")
        def b(out):
            sh(f"cat {need('a')} > {out}")
    """)
    project.write("names", "b\n")
    assert "wait for each other" in project.build("a", status=1).output
    project.write("names", "names\n")
    assert project.build("a").made == ["a"]


def test_what_a_list_names_must_be_paths(project: Project) -> None:
    project.rules("""
        @rule("a")
        def a(out):
            sh(f"cat {need(data(need('names.json')))} > {out}")
    """)
    project.write("names.json", '{"a": 1}')
    outcome = project.build("a", status=1)
    assert "redunfile.py:4:15: `need` got a dict" in outcome.output
    project.write("names.json", '[["x"], "y"]')
    assert "x is missing" in project.build("a", status=1).output
    project.write("x", "x\n")
    project.write("y", "y\n")
    assert project.build("a").made == ["a"]
    assert project.read("a") == "x\ny\n"


def test_the_number_of_names(project: Project) -> None:
    project.rules("""
        A, B = data("pair.json") if False else data(need("pair.json"))


        @rule("a")
        def a(out):
            sh(f"echo {A} {B} > {out}")
    """)
    project.write("pair.json", "[1, 2, 3]")
    assert (
        "redunfile.py:2:8: `unpack` on the result of a task failed: 2 names for 3 items"
        in project.build("a", status=1).output
    )
    project.write("pair.json", "[1, 2]")
    project.build("a")
    assert project.read("a") == "1 2\n"


LATE_RULES = """
    SAYS = data(need("says.json"))


    @rule("says.json")
    def says(out):
        sh(f"cp {need('source.json')} {out}")


    @rule("a")
    def a(out):
        sh(f"echo {SAYS['a']} > {out}")


    @rule("b")
    def b(out):
        sh(f"cat {need(SAYS['b'])} > {out}")


    @rule("after")
    def after(out):
        sh(f"cat {need('a')} > {out}")


    @rule("other")
    def other(out):
        sh(f"echo other > {out}")


    default("after", "b", "other")
"""


def test_a_value_that_does_not_fit_is_a_failure_of_what_needs_it(project: Project) -> None:
    project.rules(LATE_RULES)
    project.write("source.json", '{"a": {}, "b": "lost"}\n')
    outcome = project.build("-k", status=1)
    assert sorted(outcome.failed) == ["a", "b"]
    assert "other" in outcome.made
    assert (
        "failed      a\n"
        "redunfile.py:12:5: a dict in a command\n"
        "    12 |     sh(f\"echo {SAYS['a']} > {out}\")\n"
        "       |     ^\n"
        "  hint: a hole holds text, numbers, files, or lists of them\n"
    ) in outcome.output
    assert (
        "failed      b\n"
        "redunfile.py:17:15: lost is missing\n"
        "    17 |     sh(f\"cat {need(SAYS['b'])} > {out}\")\n"
        "       |               ^\n"
        "  hint: no rule makes it and there is no such file\n"
    ) in outcome.output
    assert "redun: 2 failed, 3 run, 1 not run (" in outcome.output


def test_a_value_of_the_last_build_that_did_not_fit_is_no_error_of_a_dry_run(project: Project) -> None:
    project.rules(LATE_RULES)
    project.write("source.json", '{"a": true, "b": "lost"}\n')
    project.build("-k", status=1)
    assert "redun: 2 would fail, 3 up to date\n" in project.build("-n", status=None).output
    project.write("source.json", '{"a": 1, "b": "source.json"}\n')
    dry = project.build("--check", status=4)
    assert dry.failed == []
    for each in ("says.json", "a", "b", "after"):
        assert f"would make  {each}: " in dry.output
    assert sorted(project.build().made) == ["a", "after", "b", "says.json"]


def test_nor_is_what_a_list_of_the_last_build_leads_to(samples: Project) -> None:
    samples.write("master.csv", "sample,lane\na,1\nlost,2\n")
    samples.build(status=1)
    samples.write("master.csv", "sample,lane\na,1\nb,2\n")
    dry = samples.build("--check", status=4)
    assert dry.failed == []
    assert "lost" not in dry.output
    assert "would make  sheet.csv: " in dry.output
    assert "would make  merged.txt: " in dry.output
    assert "merged.txt" in samples.build().made
