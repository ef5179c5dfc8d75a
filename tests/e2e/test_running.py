"""Running commands: in parallel, with whole output, within limits; failures and what goes on after them."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project


def rule(name: str, command: str, needs: tuple[str, ...] = (), options: str = "") -> str:
    """A rule for the file `name`; `$out` in the command is its output."""
    lines = [f'@rule("{name}"{options})', f"def make_{name}(out):"]
    lines += [f'    need("{each}")' for each in needs]
    lines += [f"    sh({command!r}, out=out)"]
    return "\n".join(lines) + "\n\n\n"


# ---- output


def test_output_of_a_command_stands_below_its_line(project: Project):
    project.rules(rule("a", "echo to stdout; echo to stderr >&2; echo x > $out"))
    assert project.build().output.startswith("made        a\nto stdout\nto stderr\n")


def test_output_of_parallel_commands_is_never_mixed(project: Project):
    names = [f"t{number}" for number in range(6)]
    lines = "for i in 1 2 3 4 5 6 7 8; do echo {} $i; sleep 0.01; done; echo x > $out"
    project.rules("".join(rule(name, lines.format(name)) for name in names))
    output = project.build("-j6").output.splitlines()[:-1]
    while output:
        name = output.pop(0).split()[1]
        block, output = output[:8], output[8:]
        assert block == [f"{name} {number}" for number in range(1, 9)]
        names.remove(name)
    assert names == []


def test_the_log_keeps_what_was_printed(project: Project):
    project.rules(
        rule("a", "printf 'one\\ntwo'; printf '\\377' >&2; echo x > $out")
        + rule("quiet", "echo x > $out")
        + rule("bad", "echo sorry; exit 3")
    )
    project.build("a", "quiet")
    project.build("bad", status=1)
    assert project.run("log", "--output", "a").output == "one\ntwo\udcff"
    assert project.run("log", "a", "--output").output == "one\ntwo\udcff"
    assert project.run("log", "--output", "quiet").output == ""
    assert project.run("log", "--output", "bad").output == "sorry\n"
    project.write("sub/x", "")
    assert project.run("log", "--output", "../a", cwd="sub").output == "one\ntwo\udcff"


def test_the_log_of_what_never_ran(project: Project):
    project.rules(rule("a", "echo x > $out"))
    never = project.run("log", "--output", "a", status=2)
    assert never.errors == "redun: a has not run yet\n  hint: `redun build a` runs it\n"


def test_the_log_of_a_name_with_a_slip_of_the_pen(project: Project):
    project.rules(rule("report", "echo x > $out"))
    project.build()
    never = project.run("log", "--output", "reprot", status=2)
    assert never.errors == (
        "redun: reprot has not run yet\n  hint: `redun build reprot` runs it, or did you mean `report`?\n"
    )


def test_the_log_needs_no_redunfile_that_works(project: Project):
    project.rules(rule("a", "echo hi; echo x > $out"))
    project.build()
    project.rules("this is not right")
    assert project.run("log", "--output", "a").output == "hi\n"


def test_what_a_python_function_prints_is_its_job_s(project: Project):
    project.rules("""
        from pipeline import work

        @rule("{name}.done")
        def run(out, name):
            return work(name, out)

        group("all", ["a.done", "b.done"])
    """)
    project.write(
        "pipeline.py",
        """
        import sys, time

        def work(name, out):
            for number in range(3):
                print(name, number)
                time.sleep(0.01)
            print("end", file=sys.stderr)
            open(out, "w").close()
        """,
    )
    project.build("-j2")
    assert project.run("log", "--output", "a.done").output == "a 0\na 1\na 2\nend\n"
    assert project.run("log", "--output", "b.done").output == "b 0\nb 1\nb 2\nend\n"


# ---- failure


THREE = rule("bad", "exit 3") + rule("after", "echo x > $out", ("bad",)) + rule("other", "sleep 0.3; echo x > $out")


def test_a_failure_tells_the_command_and_its_status(project: Project):
    project.rules(rule("bad", "echo sorry; exit 3"))
    outcome = project.build(status=1)
    assert outcome.output.splitlines()[:-1] == [
        "failed      bad",
        "sorry",
        "redun: bad: the command ended with exit status 3",
        "  command  echo sorry; exit 3",
    ]
    assert outcome.output.splitlines()[-1].startswith("redun: 1 failed")


def test_what_runs_when_something_fails_is_recorded(project: Project):
    project.rules(THREE)
    first = project.build("-j2", status=1)
    assert first.failed == ["bad"]
    assert first.made == ["other"]
    second = project.build("other")
    assert second.made == []


def test_nothing_new_starts_after_a_failure(project: Project):
    project.rules(THREE)
    first = project.build("-j1", status=1)
    assert first.failed == ["bad"]
    assert first.made == []


def test_keep_going(project: Project):
    project.rules(THREE)
    outcome = project.build("-k", "-j1", status=1)
    assert outcome.failed == ["bad"]
    assert outcome.made == ["other"]
    assert not project.exists("after")


def test_max_failures(project: Project):
    project.rules("".join(rule(f"bad{number}", "exit 1") for number in range(4)))
    assert len(project.build("-j1", "--max-failures", "2", status=1).failed) == 2
    assert len(project.build("-j1", "-k", status=1).failed) == 4
    assert len(project.build("-j1", status=1).failed) == 1


def test_a_pipe_fails_with_any_of_its_commands(project: Project):
    project.rules(rule("a", "false | cat > $out") + rule("b", "echo $undefined > $out"))
    assert project.build("-k", status=1).failed == ["a", "b"]


def test_a_function_that_raises(project: Project):
    project.rules("""
        from pipeline import work

        @rule("out")
        def run(out):
            return work(out)
    """)
    project.write("pipeline.py", "def work(out):\n    raise ValueError('no luck')\n")
    outcome = project.build(status=1)
    assert "ValueError: no luck" in outcome.output
    assert 'pipeline.py", line 2, in work' in outcome.output
    assert "/redo_py/" not in outcome.output


def test_a_program_that_is_not_there(project: Project):
    project.rules(rule("out", "no-such-program-of-ours x"))
    outcome = project.build(status=1)
    assert "no-such-program-of-ours" in outcome.output


def test_a_command_killed_by_a_signal(project: Project):
    project.rules(rule("out", "kill -SEGV $$"))
    assert "killed by SIGSEGV" in project.build(status=1).output


def test_a_variable_that_a_command_misses_is_named(project: Project):
    project.rules(rule("out", 'test -n "${OUR_TOKEN:-}"; echo x > $out'))
    outcome = project.build(status=1, environment={"OUR_TOKEN": "x"})
    assert "not passed  OUR_TOKEN" in outcome.output
    project.write("redun.toml", '[build]\npass_env = ["OUR_TOKEN"]\n')
    assert project.build(environment={"OUR_TOKEN": "x"}).made == ["out"]
    assert project.build(environment={"OUR_TOKEN": "x"}).is_idle
    assert project.build(environment={"OUR_TOKEN": "y"}).made == ["out"]


# ---- limits


def test_a_timeout(project: Project):
    project.rules(rule("out", "sleep 300", options=", timeout=0.2"))
    assert "out: not done after its timeout of 0.2 seconds" in project.build(status=1).output


def test_retries(project: Project):
    project.rules(
        rule("out", "echo x >> tries; test $(cat tries* | wc -l) -eq 3; echo x > $out", options=", retries=2")
    )
    outcome = project.build()
    assert outcome.made == ["out"]
    assert len(outcome.of("again")) == 2
    assert project.read("tries") == "x\nx\nx\n"
    project.remove("tries")
    assert project.build("-q", "-B").output == ""
    assert project.read("tries") == "x\nx\nx\n"


def test_too_few_retries(project: Project):
    project.rules(rule("out", "echo x >> tries; exit 1", options=", retries=1"))
    assert project.build(status=1).failed == ["out"]
    assert project.read("tries") == "x\nx\n"


OVERLAP = "mkdir busy; sleep 0.1; rmdir busy; echo x > $out"  # fails when two of these run together


@pytest.mark.parametrize(("line", "options"), [("", ', pool="one"'), ("-j1", "")], ids=["pool", "-j1"])
def test_no_more_at_once_than_allowed(project: Project, line: str, options: str):
    project.rules('pool("one", 1)\n\n\n' + "".join(rule(f"t{number}", OVERLAP, options=options) for number in range(3)))
    assert len(project.build("-j3", *line.split()).made) == 3


def test_they_do_run_at_once(project: Project):
    meet = "touch $PWD/here.{}; while test ! -e $PWD/here.{}; do sleep 0.01; done; echo x > $out"
    limit = ", timeout=100"
    project.rules(rule("a", meet.format("a", "b"), options=limit) + rule("b", meet.format("b", "a"), options=limit))
    assert project.build("-j2").made == ["a", "b"]


def test_jobs_of_the_settings(project: Project):
    project.write("redun.toml", "[build]\njobs = 1\n")
    project.rules("".join(rule(f"t{number}", OVERLAP) for number in range(3)))
    assert len(project.build().made) == 3


def test_a_background_child_does_not_hang_the_build(project: Project):
    project.rules(rule("out", "sleep 5 & echo x > $out"))
    assert project.build().made == ["out"]


def test_a_command_longer_than_the_system_allows_in_one_word(project: Project):
    project.rules(rule("out", "echo " + "x" * 200_000 + " > $out"))
    assert project.build().made == ["out"]
    assert len(project.read("out")) == 200_001


# ---- checks and actions


def test_a_check_is_cached_with_its_output(project: Project):
    project.rules("""
        @check
        def test():
            sh(f"cat {need('in')}; test ! -e fail")
    """)
    project.write("in", "fine\n")
    assert project.build("test").output.startswith("passed      test\nfine\n")
    assert project.build("test").output.startswith("passed      test (cached)\nfine\n")
    project.write("in", "better\n")
    assert project.build("test").output.startswith("passed      test\nbetter\n")
    project.write("fail", "")
    assert project.build("test", "-B", status=1).failed == ["test"]


def test_an_action_always_runs_and_takes_options(project: Project):
    project.rules("""
        @action
        def greet(who: str = "world", times: int = 1, loud: bool = False):
            \"\"\"Say hello.\"\"\"
            for _ in range(times):
                sh(f"echo hello {who} {'!' if loud else '.'}")
    """)
    assert "hello world .\n" in project.build("greet").output
    assert "hello world .\n" in project.build("greet").output
    assert project.build("greet", "--who", "my friend", "--times=2").output.count("hello my friend .\n") == 2
    assert (
        project.run("log", "-", "--no-pager")
        .output.splitlines()[0]
        .endswith(":  build greet --who 'my friend' --times=2")
    )
    assert "hello world !\n" in project.build("greet", "--loud").output
    assert "hello world !\n" in project.build("greet", "--", "--loud").output
    wrong = project.build("greet", "--whom", "x", status=2)
    assert "did you mean `--who`?" in wrong.errors
    assert "hello" in project.build("-q", "greet").output


def test_groups_and_defaults(project: Project):
    rules = rule("a", "echo x > $out") + rule("b", "echo x > $out")
    project.rules(rules + 'group("some", "a")\n')
    assert project.build("some").made == ["a"]
    assert project.build().made == ["b"]
    project.run("clean")
    project.rules(rules + 'default("b")\n')
    assert project.build().restored == ["b"]
    project.rules(rules + 'group("all", "a", "b")\n')
    assert project.build().restored == ["a"]


# ---- where it is run from


def test_from_a_subdirectory(project: Project):
    project.rules(rule("a", "echo x > $out") + '@rule("sub/b")\ndef b(out):\n    sh(f"echo y > {out}")\n')
    project.write("sub/deep/x", "")
    assert project.build("b", cwd="sub").made == ["sub/b"]
    assert project.build("../b", "../../a", cwd="sub/deep").made == ["a"]
    assert project.build(str(project.path("a"))).is_idle
    assert project.build(cwd="sub/deep").made == []


def test_with_another_folder_and_another_file(project: Project, tmp_path):
    project.write("other.py", rule("a", "echo x > $out"))
    elsewhere = Project(tmp_path, project.environment)
    assert elsewhere.build("-C", "project", "-f", "other.py").made == ["a"]
    assert elsewhere.build("-C", "project", "-f", "other.py").is_idle
    assert project.exists("a")


def test_quiet_and_verbose(project: Project):
    project.rules(rule("a", "echo hi; echo x > $out") + rule("b", "echo x > $out", ("a",)))
    assert project.build("-q").output == ""
    assert project.build("-q").output == ""
    project.write("c", "")
    project.rules(rule("a", "echo hi; echo x > $out") + rule("b", "echo y > $out", ("a",)))
    assert project.build("-v").of("cached") == ["a"]
    assert project.build("-v").of("cached") == ["a", "b"]
