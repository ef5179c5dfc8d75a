"""`table`, `data` and `stdout`: what is read, what runs again when it changes, and what is said when it is wrong."""

from __future__ import annotations

import signal

from tests.e2e.project import Project

TABLE_RULES = """
    SAMPLES = {row["sample"]: row for row in table("samples.tsv")}


    @rule("out/{sample}.txt", where={"sample": list(SAMPLES)})
    def one(out, sample):
        sh(f"echo {SAMPLES[sample]['title']} > {out}")


    group("all", [f"out/{sample}.txt" for sample in SAMPLES])
"""


def test_a_row_runs_what_uses_it_and_a_column_that_nobody_uses_nothing(project: Project) -> None:
    project.rules(TABLE_RULES)
    project.write("samples.tsv", "sample\ttitle\tnote\na\tFirst one\tx\nb\tit's\ty\n")
    assert project.build().made == ["out/a.txt", "out/b.txt"]
    assert (project.read("out/a.txt"), project.read("out/b.txt")) == ("First one\n", "it's\n")
    project.write("samples.tsv", "sample\ttitle\tnote\na\tFirst one\tchanged\nb\tit's\ty\n")
    assert project.build().is_idle
    project.write("samples.tsv", "sample\ttitle\tnote\nc\tthird\t\na\tFirst one\tchanged\nb\tit's\ty\n")
    assert project.build().made == ["out/c.txt"]
    project.write("samples.tsv", "sample\ttitle\tnote\na\tAnother\tchanged\nb\tit's\ty\n")
    assert project.build().made == ["out/a.txt"]
    assert project.build().is_idle


def test_a_table_that_goes_wrong_between_two_builds(project: Project) -> None:
    project.rules(TABLE_RULES)
    project.write("samples.tsv", "sample\ttitle\na\tA\n")
    project.build()
    project.write("samples.tsv", "sample\ttitle\na\tA\tB\n")
    assert project.build(status=2).errors.startswith("samples.tsv:2:1: this row has 3 cells, and the header 2\n")
    assert project.read("out/a.txt") == "A\n"
    project.remove("samples.tsv")
    assert "there is no file samples.tsv" in project.build(status=2).errors
    project.write("samples.tsv", "sample\ttitle\na\tA\n")
    assert project.build().is_idle


def test_a_value_runs_what_uses_it(project: Project) -> None:
    project.rules("""
        SETTINGS = data("settings.toml")


        @rule("level")
        def level(out):
            sh(f"echo {SETTINGS['run']['level']} > {out}")


        @rule("names")
        def names(out):
            sh(f"echo {data('more.json')['names']} > {out}")
    """)
    project.write("settings.toml", "[run]\nlevel = 3\nother = 1\n")
    project.write("more.json", '{"names": ["a", "b c"]}')
    assert project.build().made == ["level", "names"]
    assert project.read("names") == "a b c\n"
    project.write("settings.toml", "# the same\n[run]\nother = 2\nlevel = 3\n")
    assert project.build().is_idle
    project.write("settings.toml", "[run]\nlevel = 4\n")
    assert project.build().made == ["level"]
    project.write("more.json", '{"names": []}')
    assert project.build().made == ["names"]


def test_of_a_file_that_is_made_only_what_is_looked_at_counts(project: Project) -> None:
    project.rules("""
        @rule("made.json")
        def made(out):
            sh(f"grep -v '^#' {need('source.json')} > {out}")


        @rule("version")
        def version(out):
            sh(f"echo {data(need('made.json'))['version']} > {out}")
    """)
    project.write("source.json", '{"version": 1, "other": 1}\n')
    assert project.build("version").made == ["made.json", "version"]
    project.write("source.json", '{"version": 1, "other": 2}\n')
    assert project.build("version").made == ["made.json"]
    project.write("source.json", '{"version": 2, "other": 2}\n')
    assert project.build("version").made == ["made.json", "version"]
    project.write("source.json", '{"vresion": 3}\n')
    outcome = project.build("version", status=1)
    assert outcome.output.split("made.json\n")[1].startswith(
        "failed      version\n"
        "redunfile.py:9:16: the value has no key 'version'\n"
        "     9 |     sh(f\"echo {data(need('made.json'))['version']} > {out}\")\n"
        "       |                ^\n"
        "  of  data(made.json)\n"
        "  hint: did you mean `vresion`?\n"
        "redun: 1 failed, 2 run ("
    )
    project.write("source.json", '{"version": }\n')
    assert 'made.json:1:13: expecting value\n     1 | {"version": }\n' in project.build("version", status=1).output
    assert project.read("version") == "2\n"


def test_a_need_beside_the_window_is_an_input_as_ever(project: Project) -> None:
    project.rules("""
        @rule("copy")
        def copy(out):
            first = lines(need("list"))[0]
            sh(f"cat {need('list')} > {out}; echo {first} >> {out}")
    """)
    project.write("list", "a\nb\n")
    assert project.build("copy").made == ["copy"]
    project.write("list", "a\nc\n")
    assert project.build("copy").made == ["copy"]


def test_a_file_whose_name_is_known_late_is_looked_into_anew(project: Project) -> None:
    project.rules("""
        @rule("out")
        def out_(out):
            sh(f"echo {lines(stdout('cat which'))} > {out}")
    """)
    project.write("which", "one.txt\n")
    project.write("one.txt", "1\n")
    project.write("two.txt", "2\n")
    first = project.build("out")
    assert first.made == ["out"]
    counted = (first.output + first.errors).splitlines()[-1].split()[1]
    assert f"  jobs   {counted} run\n" in project.run("why", "--in", "last").output  # what was only asked is no work
    project.write("one.txt", "11\n")
    assert project.build("out").made == ["out"]
    project.write("which", "two.txt\n")
    project.build("out")
    assert project.read("out") == "2\n"


# ---- stdout

STDOUT_RULES = """
    FLAGS = words(stdout("echo asked >> asked.log; cat flags.txt"))


    @rule("out.txt")
    def write(out):
        sh(f"printf '%s\\\\n' {FLAGS} > {out}")


    @rule("other.txt")
    def other(out):
        sh(f"echo other > {out}")
"""


def asked(project: Project) -> int:
    """How often the command of STDOUT_RULES was started."""
    return project.read("asked.log").count("asked") if project.exists("asked.log") else 0


def test_a_command_is_asked_in_every_build_and_what_uses_it_runs_when_it_says_something_else(project: Project) -> None:
    project.rules(STDOUT_RULES)
    project.write("flags.txt", "-I'a b'  -O2\n\n")
    assert project.build("out.txt").made == ["out.txt"]
    assert project.read("out.txt") == "-Ia b\n-O2\n"
    for count in (2, 3):
        assert project.build("out.txt").is_idle
        assert asked(project) == count
    project.write("flags.txt", "-I'a b' -O2\n")  # the same words
    assert project.build("out.txt").is_idle
    project.write("flags.txt", "-O3\n")
    assert project.build("out.txt").made == ["out.txt"]
    assert project.read("out.txt") == "-O3\n"


def test_what_does_not_need_the_answer_does_not_ask(project: Project) -> None:
    project.rules(STDOUT_RULES)
    assert project.build("other.txt").made == ["other.txt"]
    assert project.build("other.txt").is_idle
    assert asked(project) == 0


def test_a_dry_run_does_not_ask(project: Project) -> None:
    project.rules(STDOUT_RULES)
    project.write("flags.txt", "-O2\n")
    assert "would make  out.txt" in project.build("-n", "out.txt").output
    project.build("out.txt")
    project.write("flags.txt", "-O3\n")
    outcome = project.build("-n", "out.txt")
    assert outcome.output.startswith("redun: everything is up to date\nredun: as of the last build: stdout(echo asked")
    assert project.run("why", "out.txt").output.startswith("out.txt is up to date\n")
    assert asked(project) == 1


def test_a_check_asks(project: Project) -> None:
    project.rules(STDOUT_RULES)
    project.write("flags.txt", "-O2\n")
    project.build("--check", "out.txt", status=4)
    project.build("out.txt")
    before = asked(project)
    written = project.state.joinpath("state.db").read_bytes()
    assert project.build("--check", "out.txt").output == "redun: everything is up to date\n"
    project.write("flags.txt", "-O3\n")
    outcome = project.build("--check", "out.txt", status=4)
    assert "would make  out.txt: the command changed" in outcome.output
    assert "as of the last build" not in outcome.output
    project.remove("flags.txt")
    assert project.build("--check", "out.txt", status=1).failed == ["stdout(echo asked >> asked.log; cat flags.txt)"]
    assert asked(project) == before + 3
    assert project.state.joinpath("state.db").read_bytes() == written
    assert not project.exists(".redun/running")


def test_a_check_asks_nothing_that_would_have_to_be_made_before(project: Project) -> None:
    project.rules("""
        ANSWER = stdout(f"{need('bin/tool')} asked")


        @rule("bin/tool")
        def tool(out):
            sh(f"cp {need('tool.sh')} {out}; chmod +x {out}")


        @rule("out")
        def out_(out):
            sh(f"echo {ANSWER} > {out}")
    """)
    project.write("tool.sh", "#!/bin/sh\necho $1 >> asked.log; echo one\n")
    project.build("out")
    project.remove("bin/tool")
    assert "may say something else" in project.build("--check", "out").output  # the tool would have to be put back
    assert not project.exists("bin/tool")
    project.write("tool.sh", "#!/bin/sh\necho $1 >> asked.log; echo two\n")
    assert "would make  out: " in project.build("--check", "out", status=4).output
    assert asked(project) == 1
    assert not project.exists("bin/tool")


def test_a_command_that_fails(project: Project) -> None:
    project.rules(STDOUT_RULES)
    outcome = project.build("out.txt", status=1)
    assert outcome.failed == ["stdout(echo asked >> asked.log; cat flags.txt)"]
    assert "the command ended with exit status 1\n  command  echo asked >> asked.log; cat flags.txt\n" in outcome.output
    assert "cat: flags.txt: " in outcome.output
    project.write("flags.txt", "ok\n")
    assert project.build("out.txt").made == ["out.txt"]


def test_an_open_quote_in_the_answer(project: Project) -> None:
    project.rules(STDOUT_RULES)
    project.write("flags.txt", "it's\n")
    outcome = project.build("out.txt", status=1)
    expected = "redunfile.py:2:9: `words` on the result of a task failed: a quote ' is not closed in \"it's\"\n"
    assert expected in outcome.output


def test_only_the_standard_output_is_the_answer(project: Project) -> None:
    project.rules("""
        @rule("out")
        def out_(out):
            sh(f"echo {stdout('echo note >&2; echo answer')} > {out}")
    """)
    outcome = project.build("out")
    assert "printed     stdout(echo note >&2; echo answer)\nnote\n" in outcome.output
    assert project.read("out") == "answer\n"
    assert project.build("out").made == []


def test_what_a_command_sees(project: Project) -> None:
    project.rules("""
        NAMED = env("NAMED")
        GIVEN = stdout("echo $NAMED $GIVEN ${HIDDEN-} $(pwd | sed 's,.*/,,')", env={"GIVEN": "g"}, cwd="sub")


        @rule("out")
        def out_(out):
            sh(f"echo {GIVEN} > {out}")
    """)
    project.write("sub/x", "")
    project.build("out", environment={"NAMED": "n", "HIDDEN": "h"})
    assert project.read("out") == "n g sub\n"


def test_a_command_waits_for_the_files_that_it_needs(project: Project) -> None:
    project.rules("""
        VERSION = stdout(f"{need('bin/tool')} --short")


        @rule("bin/tool")
        def tool(out):
            sh(f"cp {need('tool.sh')} {out}; chmod +x {out}")


        @rule("version")
        def version(out):
            sh(f"echo {VERSION} > {out}")
    """)
    project.write("tool.sh", "#!/bin/sh\necho one\n")
    assert project.build("version").made == ["bin/tool", "version"]
    project.write("tool.sh", "#!/bin/sh\n# a comment\necho one\n")
    assert project.build("version").made == ["bin/tool"]
    project.write("tool.sh", "#!/bin/sh\necho two\n")
    assert project.build("version").made == ["bin/tool", "version"]
    assert project.read("version") == "two\n"


def test_an_answer_that_is_no_utf_8_and_one_that_is_empty(project: Project) -> None:
    project.rules("""
        @rule("out")
        def out_(out):
            sh(f"printf %s {stdout('cat bytes')} > {out}")
    """)
    for content in (b"caf\xe9\x01 \n\n", b"", b"\n"):
        project.write("bytes", content)
        project.build("out")
        assert project.path("out").read_bytes() == content.rstrip(b"\n")


def test_an_answer_that_is_too_long(project: Project) -> None:
    project.rules("""
        @rule("out")
        def out_(out):
            sh(f"echo {len(stdout('head -c 70000000 /dev/zero'))} > {out}")
    """)
    expected = "stdout(head -c 70000000 /dev/zero): the command said more than can be a value"
    assert expected in project.build("out", status=1).output


def test_an_answer_can_be_asked_for(project: Project) -> None:
    project.rules('VERSION = stdout("echo 1.2")\nPARTS = VERSION.split(".")\n')
    assert project.build("VERSION").output.startswith("VERSION = '1.2'\n")
    assert project.build("PARTS").output.startswith("PARTS = ['1', '2']\n")


def test_an_interruption_while_a_command_is_asked(project: Project) -> None:
    project.rules("""
        @rule("out")
        def out_(out):
            sh(f"echo {stdout('touch begun; [ ! -e slow ] || sleep 300; echo 1')} > {out}")
    """)
    project.write("slow", "")
    running = project.start("build", "out")
    project.wait_for("begun")
    running.send(signal.SIGINT)
    assert running.finish().status == 130
    project.remove("slow")
    assert project.build("out").made == ["out"]
    assert project.build("out").is_idle
