"""What runs and what does not: each row of "deciding what to run", as histories."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.e2e.project import Project

CHAIN = dedent("""
    @rule("build/{name}.part")
    def part(out, name):
        sh(f"grep -v '^#' {need(f'{name}.txt')} > {out}")


    @rule("all.txt")
    def whole(out):
        sh(f"cat {need(['build/a.part', 'build/b.part'])} > {out}")
""")


@pytest.fixture
def chain(project: Project) -> Project:
    """Two inputs, two parts without their comments, one whole; built."""
    project.rules(CHAIN)
    project.write("a.txt", "apple\n")
    project.write("b.txt", "berry\n")
    assert project.build().made == ["all.txt", "build/a.part", "build/b.part"]
    return project


def test_the_second_build_does_nothing(chain: Project):
    assert chain.build().is_idle
    assert chain.read("all.txt") == "apple\nberry\n"


def test_touch_does_nothing(chain: Project):
    for seconds in (0, -100_000, 100_000):
        chain.touch("a.txt", seconds)
        chain.touch("build/a.part", seconds)
        assert chain.build().is_idle


def test_an_edit_runs_what_rests_on_it(chain: Project):
    chain.write("a.txt", "apricot\n")
    assert chain.build().made == ["all.txt", "build/a.part"]
    assert chain.read("all.txt") == "apricot\nberry\n"
    assert chain.build().is_idle


def test_an_edit_of_the_same_size_and_time_is_seen(chain: Project):
    for word in ("ample\n", "angle\n", "ankle\n"):
        chain.edit_in_secret("a.txt", word.replace("ankle", "ample"))
        chain.build()
        assert chain.read("all.txt") == word.replace("ankle", "ample") + "berry\n"


def test_an_older_file_is_a_change_too(chain: Project):
    chain.write("a.txt", "old\n")
    chain.touch("a.txt", -1_000_000)
    assert chain.build().made == ["all.txt", "build/a.part"]


def test_an_unchanged_result_stops_the_wave(chain: Project):
    chain.write("a.txt", "# a comment\napple\n")
    assert chain.build().made == ["build/a.part"]


def test_an_edit_and_its_revert_run_nothing_that_ran_before(chain: Project):
    chain.write("a.txt", "apricot\n")
    chain.build()
    chain.write("a.txt", "apple\n")
    again = chain.build()
    assert again.made == []
    assert again.restored == ["all.txt", "build/a.part"]
    assert chain.read("all.txt") == "apple\nberry\n"


def test_another_command_runs(chain: Project):
    chain.rules(CHAIN.replace("'^#'", "'^;'"))
    assert chain.build().made == ["build/a.part", "build/b.part"]  # and the whole stays: the parts came out the same


COSMETIC = {
    "comment": "# a comment\n" + CHAIN,
    "names of rules": CHAIN.replace("def part", "def piece").replace("def whole", "def everything"),
    "names of stems": CHAIN.replace("{name}", "{stem}").replace("out, name", "out, stem"),
    "docstring": CHAIN.replace("def whole(out):", 'def whole(out):\n    """Put them together."""'),
    "refactored": CHAIN.replace("['build/a.part', 'build/b.part']", "[f'build/{n}.part' for n in ['a', 'b']]"),
}


@pytest.mark.parametrize("edited", COSMETIC.values(), ids=list(COSMETIC))
def test_a_cosmetic_edit_of_the_redunfile_runs_nothing(chain: Project, edited: str):
    chain.rules(edited)
    assert chain.build().is_idle


def test_reordered_rules_run_nothing(chain: Project):
    first, second = CHAIN.split("\n\n\n")
    chain.rules(second + "\n\n" + first)
    assert chain.build().is_idle


def test_a_new_input_runs(chain: Project):
    chain.rules(CHAIN.replace("'build/b.part']", "'build/b.part', 'build/c.part']"))
    chain.write("c.txt", "cherry\n")
    assert chain.build().made == ["all.txt", "build/c.part"]


def test_a_deleted_output_comes_back_without_a_run(chain: Project):
    chain.remove("build/a.part", "all.txt")
    again = chain.build()
    assert again.made == []
    assert again.restored == ["all.txt", "build/a.part"]
    assert chain.read("all.txt") == "apple\nberry\n"


def test_a_moved_project_runs_nothing(chain: Project, tmp_path):
    chain.folder = chain.folder.rename(tmp_path / "elsewhere")
    again = chain.build()
    assert again.made == again.restored == []


def test_a_lost_database_gives_the_same_files(chain: Project):
    chain.state.joinpath("state.db").unlink()
    chain.write("a.txt", "avocado\n")
    assert chain.build().made == ["all.txt", "build/a.part", "build/b.part"]
    assert chain.read("all.txt") == "avocado\nberry\n"


def test_always_make(chain: Project):
    assert chain.build("-B").made == ["all.txt", "build/a.part", "build/b.part"]
    assert chain.build().is_idle


@pytest.mark.parametrize(("glob", "made"), [("build/*", ["build/a.part", "build/b.part"]), ("all.txt", ["all.txt"])])
def test_force_some(chain: Project, glob: str, made: list[str]):
    assert chain.build("--force", glob).made == made
    assert chain.build(f"--force={glob}").made == made
    assert chain.build().is_idle


def test_dry_run_changes_nothing(chain: Project):
    chain.write("a.txt", "apricot\n")
    before = chain.files()
    dry = chain.build("-n")
    *jobs, count, estimate = dry.output.splitlines()
    assert [line.partition(" (")[0] for line in jobs] == [
        "would make  build/a.part: a.txt changed",
        "would make  all.txt: build/a.part would be made again",
    ]
    assert count == "redun: 2 would run, 1 up to date"
    assert estimate.startswith("redun: less than 1 s of work")
    assert chain.files() == before
    assert chain.read("all.txt") == "apple\nberry\n"
    assert chain.build().made == ["all.txt", "build/a.part"]


def test_explain_says_why(chain: Project):
    chain.write("a.txt", "apricot\n")
    lines = chain.build("--explain").of("because")
    assert [line.partition(" (")[0] for line in lines] == [
        "build/a.part: a.txt changed",
        "all.txt: build/a.part changed",
    ]


# ---- what else a result rests on


def test_a_header_that_the_compiler_found(project: Project):
    project.rules("""
        @rule("main.o")
        def compile(out):
            sh(f"./cc {need('main.c')} {out}", depfile="main.d")
    """)
    project.write("main.c", "main\n")
    project.write("deep.h", "one\n")
    project.write("cc", '#!/bin/sh\ncat "$1" deep.h > "$2"\necho "$2: $1 deep.h" > main.d\n', executable=True)
    assert project.build().made == ["main.o"]
    assert not project.exists("main.d")
    assert project.build().is_idle
    project.write("deep.h", "two\n")
    assert project.build("--explain").of("because")[0].startswith("main.o: deep.h changed")
    assert project.read("main.o") == "main\ntwo\n"
    project.write("deep.h", "one\n")
    assert project.build().restored == ["main.o"]


def test_a_script_named_in_the_command(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"sh tools/gen.sh {out}")
    """)
    project.write("tools/gen.sh", "echo one > $1\n")
    assert project.build().made == ["out"]
    project.write("tools/gen.sh", "echo two > $1\n")
    assert project.build().made == ["out"]
    assert project.read("out") == "two\n"


def test_texts_in_the_command_that_name_files(project: Project):
    project.rules("""
        TOOL = "tools/gen.sh"
        PARTS = [f"{name}.part" for name in ["a", "b"]]

        @rule("out")
        def run(out):
            sh(f"sh {TOOL} {PARTS} > {out}; cat $more >> {out}", more="more.txt")

        @rule("{name}.part")
        def part(out, name):
            sh(f"cat {name}.txt > {out}")
    """)
    project.write("tools/gen.sh", "cat $*\n")
    for name in ("a", "b", "more"):
        project.write(f"{name}.txt", f"{name}\n")
    assert project.build("out").made == ["a.part", "b.part", "out"]
    assert project.read("out") == "a\nb\nmore\n"
    assert project.build("out").is_idle
    project.write("b.txt", "two\n")
    assert project.build("out").made == ["b.part", "out"]
    project.write("more.txt", "most\n")
    assert project.build("out").made == ["out"]
    project.write("tools/gen.sh", "echo of $*\n")
    assert project.build("out").made == ["out"]
    assert project.read("out") == "of a.part b.part\nmost\n"
    assert project.build("out").is_idle


def test_a_file_that_only_a_variable_names_may_be_written(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"cat $CONF > {out}; sleep 0.1; echo $$ >> \\"$(printenv COVERAGE_FILE)\\"",
               env={"COVERAGE_FILE": "side.dat", "CONF": "conf"})
    """)
    project.write("conf", "1\n")
    assert project.build("out").made == ["out"]
    for _ in range(2):
        assert project.build("out").is_idle
    project.write("conf", "2\n")  # side.dat is there before the command begins
    assert project.build("out").made == ["out"]
    assert project.read("out") == "2\n"
    for _ in range(2):
        assert project.build("out").is_idle
    assert project.read("side.dat").count("\n") == 2
    project.write("side.dat", "")
    assert project.build("out").is_idle


def test_a_file_that_only_a_variable_names_may_be_edited_while_it_is_read(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"cat {need('in')} $CONF > {out}; touch $PLACE/begun; until [ -e $PLACE/go ]; do sleep 0.01; done",
               CONF="conf", PLACE="place")
    """)
    project.write("conf", "1\n")
    project.write("in", "a\n")
    project.write("place/go", "")
    assert project.build("out").made == ["out"]
    project.write("in", "b\n")
    project.remove("place/go")
    project.remove("place/begun")
    running = project.start("build", "out")
    project.wait_for("place/begun")
    project.write("conf", "2\n")
    project.write("place/go", "")
    assert running.finish().status == 0
    assert project.read("out") == "b\n1\n"
    assert project.build("out").made == ["out"]
    assert project.read("out") == "b\n2\n"
    assert project.build("out").is_idle


def test_a_file_that_only_a_variable_names_may_come_later(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"cat $CONF $MORE > {out} 2>&- || true", CONF=f"{'co'}nf", MORE="more")
    """)
    project.path("more").mkdir()
    assert project.build("out").made == ["out"]
    assert " r " not in project.run("log", "--file").output
    project.path("conf").mkdir()  # of a folder nothing counts
    assert project.build("out").is_idle
    project.path("conf").rmdir()
    for text in ("1\n", "2\n"):
        project.write("conf", text)
        assert project.build("out").made == ["out"]
        assert project.read("out") == text
        assert project.build("out").is_idle
    project.path("conf").unlink()
    assert project.build("out").restored == ["out"]
    assert project.read("out") == ""
    project.write("conf", "3\n")
    assert "conf has appeared" in project.run("why", "out").output
    project.path("conf").unlink()
    project.path("more").rmdir()
    assert project.build("out").is_idle
    project.write("more", "4\n")
    assert project.build("out").made == ["out"]
    assert project.read("out") == "4\n"


def test_a_tool_on_path(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"tool-of-ours {out}")
    """)
    project.write("bin/tool-of-ours", "#!/bin/sh\necho one > $1\n", executable=True)
    project.environment["PATH"] = f"{project.path('bin')}:{project.environment['PATH']}"
    assert project.build().made == ["out"]
    assert project.build().is_idle
    project.write("bin/tool-of-ours", "#!/bin/sh\necho two > $1\n", executable=True)
    assert project.build("--explain").of("because")[0].startswith("out: tool tool-of-ours changed")
    assert project.read("out") == "two\n"


def test_a_variable(project: Project):
    project.rules("""
        NAME = env("OUR_NAME", "nobody")

        @rule("out")
        def run(out):
            sh(f"echo {NAME} > {out}")

        @rule("other")
        def other(out):
            sh(f"echo x > {out}")
    """)
    assert project.build().made == ["other", "out"]
    assert project.build(environment={"OUR_NAME": "ann"}).made == ["out"]
    assert project.read("out") == "ann\n"
    assert project.build(environment={"OUR_NAME": "ann"}).is_idle
    assert project.build(environment={"UNRELATED": "x", "OUR_NAME": "ann"}).is_idle
    assert project.build().restored == ["out"]


def test_a_variable_that_is_not_declared_is_not_seen(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            sh(f"echo ${{SECRET:-none}} > {out}")
    """)
    project.build(environment={"SECRET": "x"})
    assert project.read("out") == "none\n"


def test_a_setting_of_the_command_line_and_of_the_file(project: Project):
    project.rules("""
        MODE = config("mode", "release", choices=["debug", "release"])

        @rule("out")
        def run(out):
            sh(f"echo {MODE} > {out}")
    """)
    assert project.build().made == ["out"]
    assert project.build("-D", "mode=debug").made == ["out"]
    assert project.read("out") == "debug\n"
    assert project.build("-D", "mode=debug").is_idle
    assert project.build().restored == ["out"]
    project.write("redun.toml", '[config]\nmode = "debug"\n')
    assert project.build().restored == ["out"]
    assert project.read("out") == "debug\n"
    assert project.build("-D", "mode=debug", "-D", "mode=release").restored == ["out"]


def test_a_glob_notices_new_and_gone_files(project: Project):
    project.rules("""
        @rule("list")
        def run(out):
            sh(f"cat {glob('notes/*.txt')} > {out}")
    """)
    project.write("notes/a.txt", "a\n")
    assert project.build().made == ["list"]
    project.write("notes/b.txt", "b\n")
    assert project.build().made == ["list"]
    assert project.read("list") == "a\nb\n"
    project.write("notes/.hidden.txt", "h\n")
    assert project.build().is_idle
    project.remove("notes/b.txt")
    assert project.build().restored == ["list"]


def test_an_order_only_need(project: Project):
    project.rules("""
        @rule("stamp")
        def stamp(out):
            sh(f"cat {need('when')} > {out}")

        @rule("out")
        def run(out):
            need("stamp", order_only=True)
            sh(f"cat {need('in')} > {out}")
    """)
    project.write("when", "1")
    project.write("in", "x")
    assert project.build("out").made == ["out", "stamp"]
    project.write("when", "2")
    assert project.build("out").made == ["stamp"]


def test_a_missing_input_that_may_be_missing(project: Project):
    project.rules("""
        @rule("out")
        def run(out):
            need("extra", missing_ok=True)
            sh(f"cat extra > {out} 2>/dev/null || echo none > {out}")
    """)
    assert project.build().made == ["out"]
    assert project.build().is_idle
    project.write("extra", "more\n")
    assert project.build().made == ["out"]
    assert project.read("out") == "more\n"


def test_always(project: Project):
    project.rules("""
        @rule("now", always=True)
        def now(out):
            sh(f"cat counter > {out}")

        @rule("out")
        def run(out):
            sh(f"cat {need('now')} > {out}")
    """)
    project.write("counter", "1")
    assert project.build("out").made == ["now", "out"]
    assert project.build("out").made == ["now"]  # it came out the same


# ---- code


PIPELINE = dedent("""
    RATE = 2

    def double(text):
        return text.strip() * RATE

    def process(source, out):
        with open(source) as lines, open(out, "w") as result:
            result.write(double(lines.read()))
""")


@pytest.fixture
def coded(project: Project) -> Project:
    """A rule whose work is a Python function; built."""
    project.rules("""
        from pipeline import process

        @rule("out")
        def run(out):
            return process(need("in"), out)
    """)
    project.write("pipeline.py", PIPELINE)
    project.write("in", "ab\n")
    assert project.build().made == ["out"]
    assert project.read("out") == "abab"
    return project


def test_a_function_that_has_not_changed(coded: Project):
    assert coded.build().is_idle


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        ("lines.read()", "lines.read().upper()", "ABAB"),
        ("text.strip()", "text.strip()[::-1]", "baba"),
        ("RATE = 2", "RATE = 3", "ababab"),
    ],
    ids=["body", "helper", "constant"],
)
def test_a_change_of_code_runs(coded: Project, old: str, new: str, result: str):
    coded.write("pipeline.py", PIPELINE.replace(old, new))
    assert coded.build().made == ["out"]
    assert coded.read("out") == result
    coded.write("pipeline.py", PIPELINE)
    assert coded.build().restored == ["out"]


@pytest.mark.parametrize(
    "edited",
    [
        PIPELINE.replace("RATE = 2", "RATE = 2  # times") + "# the end\n",
        PIPELINE + "\ndef unrelated():\n    return 1\n",
        PIPELINE.replace("def process(source, out):", 'def process(source, out):\n    """Work."""'),
        PIPELINE.replace("text.strip() * RATE", "(text.strip()\n                * RATE)"),
    ],
    ids=["comments", "unrelated", "docstring", "layout"],
)
def test_a_change_that_is_not_of_the_code_runs_nothing(coded: Project, edited: str):
    coded.write("pipeline.py", edited)
    again = coded.build()
    assert again.made == again.restored == []


def test_a_value_is_a_target_and_an_input(project: Project):
    project.rules("""
        from pipeline import score

        total = score(need("in"))

        @rule("out")
        def run(out):
            sh(f"echo {total} > {out}")
    """)
    project.write("pipeline.py", "def score(path):\n    return len(open(path).read().split())\n")
    project.write("in", "a b c")
    assert "total = 3\n" in project.build("total").output
    assert project.build("out").made == ["out"]
    assert project.read("out") == "3\n"
    project.write("in", "a  b  c")
    assert project.build("out").made == []


def test_a_file_that_may_be_missing_may_be_missing_in_a_command_too(project: Project) -> None:
    project.rules("""\
        @rule("o.txt")
        def o(out):
            x = need("maybe.txt", missing_ok=True)
            sh(f"cat {x} > {out} 2> /dev/null || echo none > {out}")
        """)
    for content in ("none\n", "here\n", "none\n"):
        if content == "here\n":
            project.write("maybe.txt", content)
        elif project.exists("maybe.txt"):
            project.remove("maybe.txt")
        project.build()
        assert project.read("o.txt") == content
        assert project.build().is_idle
