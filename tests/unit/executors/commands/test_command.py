"""Commands as real processes: what they get, what they print, how they end."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest

from redo_py.executors.api import CallStep, CommandStep, Failed, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.commands.programs import find
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.ground.errors import RunError
from redo_py.ground.shell import in_shell
from redo_py.testing import Driver, ExecutorSuite
from redo_py.testing.holds import until, words_below
from redo_py.values.file import Tool
from tests.unit.executors.leaping import LeapingClock

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
HIDDEN = {"PATH": "/x", "API_KEY": "secret", "HOME": "/h"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def executor(root: Path, clock: LeapingClock, tmp_path_factory: pytest.TempPathFactory):
    state = tmp_path_factory.mktemp("state")
    inbox = SelectInbox(clock)
    journal = Journal(str(state / "running"))
    made = CommandExecutor(str(root), clock, journal, str(state / "scratch"), HIDDEN)
    yield Driver(made, inbox)
    made.stop()
    journal.close()
    inbox.close()
    assert not (state / "scratch").exists() or os.listdir(state / "scratch") == []
    assert open_descriptors_below(root) == []


def open_descriptors_below(root: Path) -> list[str]:
    """Files of `root` that this process still has open."""
    links = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{fd}"))
        except FileNotFoundError:
            continue
    return [link for link in links if link.startswith(str(root))]


def spec(*texts: str, seq: int = 1, cwd: str = "", shell: str = "", stdin: str = "", **rest) -> JobSpec:
    steps = [CommandStep(text, cwd, shell, stdin) for text in texts]
    return JobSpec(seq, "out.txt", steps, rest.pop("env", ENVIRONMENT), **rest)


def is_inheritable(fd: int) -> bool:
    """Would a child get this descriptor?"""
    try:
        return os.get_inheritable(fd)
    except OSError:
        return False


def await_line(executor: Driver, seq: int, line: bytes = b"") -> bytes:
    """Wait until the last line that the job has printed is `line`, or any; that line."""
    made = executor.executor
    assert isinstance(made, CommandExecutor)

    def is_printed() -> bool:
        assert executor.inbox.wait(0.02) == []
        return made.tail(seq) == line if line else bool(made.tail(seq))

    until(is_printed, executor.patience, f"it does not print {line!r}")
    return made.tail(seq)


def is_gone(pid: int) -> bool:
    """Is the process gone, or a zombie that its new parent is slow to await?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


class TestConformance(ExecutorSuite):
    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(f"echo '{label}'", seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(f"echo '{label}' >&2; exit 4", seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec("sleep 300", seq=seq, timeout=timeout)

    def hold(self, seq: int, place: str) -> JobSpec:
        return spec(in_shell(words_below(place)), seq=seq)


# What a command gets


@pytest.mark.parametrize("name", ["plain", "a b", "it's", 'quo"te', "new\nline", "ünï", "\udce9\udcff", "-dash", "$x*"])
def test_odd_names_reach_programs_and_shells(executor: Driver, name: str):
    from redo_py.ir.commands import quote

    Path(name).write_text("x\n")
    executor.success(spec(f"cp -- {quote(name)} direct"))
    executor.success(spec(f"cat < {quote(name)} > shell"))
    assert Path("direct").read_text() == Path("shell").read_text() == "x\n"


def test_the_environment_is_the_one_given_and_marks_of_ours(executor: Driver, root: Path):
    printed = executor.success(spec("env", seq=42, env={**ENVIRONMENT, "A": "b c\n", "Z": "\udcff"})).output
    lines = dict(line.split(b"=", 1) for line in printed.split(b"\n") if b"=" in line)
    assert lines.keys() == {b"PATH", b"LANG", b"A", b"Z", b"REDUN_BUILD", b"REDUN_JOB", b"REDUN_BUILD_ROOT"}
    assert (lines[b"A"], lines[b"Z"]) == (b"b c", b"\xff")
    assert (lines[b"REDUN_JOB"], lines[b"REDUN_BUILD_ROOT"]) == (b"42", os.fsencode(root))


def test_a_program_that_was_identified_is_started_while_it_is_there(executor: Driver, root: Path):
    """Whoever identified it looks at the end whether it would be found again."""
    path = f"{root}/first:{root}/second"
    for name in ("first", "second"):
        (root / name).mkdir()
        (root / name / "mt").write_text(f"#!/bin/sh\necho {name}\n")
    (root / "second" / "mt").chmod(0o755)
    assert find(str(root), "mt", path)[0] == f"{root}/second/mt"
    (root / "first" / "mt").chmod(0o755)
    env = {"PATH": path}
    tools = [Tool("mt")]
    assert executor.success(spec("mt", env=env, tools=tools)).output == b"second\n"
    assert executor.success(spec("mt", env=env)).output == b"first\n"
    (root / "second" / "mt").chmod(0o644)
    assert executor.success(spec("mt", env=env, tools=tools)).output == b"first\n"
    (root / "second" / "mt").unlink()
    assert executor.success(spec("mt", env=env, tools=tools)).output == b"first\n"
    (root / "first" / "mt").unlink()
    failed = executor.failure(spec("mt", env=env, tools=tools))
    assert isinstance(failed.error, RunError)
    assert failed.error.code == "command-not-found"


def test_nothing_else_is_inherited(executor: Driver):
    handed_down = {fd for fd in map(int, os.listdir("/proc/self/fd")) if is_inheritable(fd)}  # by who started us
    with open("held", "w"):
        printed = executor.success(spec("ls /proc/self/fd")).output.decode()
    assert len(set(map(int, printed.split())) - handed_down - {0, 1, 2}) == 1  # the folder that ls reads
    ignored = executor.success(spec("grep -E '^SigIgn' /proc/self/status")).output.split()[1]
    assert int(ignored, 16) & (1 << (signal.SIGPIPE - 1) | 1 << (signal.SIGXFSZ - 1)) == 0


def test_it_leads_its_own_process_group(executor: Driver):
    printed = executor.success(spec('read -r pid _ _ _ group _ < /proc/$$/stat; echo "$pid $group $$"')).output
    assert len(set(printed.split())) == 1


def test_standard_input_is_empty_or_a_file(executor: Driver):
    Path("in put").write_text("from a file\n")
    assert executor.success(spec("cat", "cat")).output == b""
    assert executor.success(spec("cat", "cat; cat", stdin="in put")).output == b"from a file\n" * 2
    error = executor.failure(spec("cat", stdin="no such")).error
    assert str(error) == ("redun: out.txt: its input no such cannot be read: no such file or directory\n  command  cat")


@pytest.mark.parametrize("cwd", ["sub", "-odd 'folder' \udcff", "sub/deep"])
def test_a_working_directory(executor: Driver, root: Path, cwd: str):
    (root / cwd).mkdir(parents=True)
    (root / cwd / "run me").write_text("#!/bin/sh\npwd; echo $0 $1\n")
    (root / cwd / "run me").chmod(0o755)
    expected = os.fsencode(root / cwd) + b"\n"
    assert executor.success(spec("/bin/pwd", cwd=cwd)).output == expected
    assert executor.success(spec("pwd; pwd", cwd=cwd)).output == expected * 2
    assert executor.success(spec("'./run me' '$x'", cwd=cwd)).output.startswith(expected)
    assert executor.success(spec("import os; print(os.listdir())", cwd=cwd, shell=sys.executable)).output == (
        b"['run me']\n"
    )


def test_a_working_directory_that_is_none(executor: Driver):
    Path("file").write_text("")
    for cwd, reason in (("no/such", "there is no such folder"), ("file", "it is no folder")):
        assert str(executor.failure(spec("ls", cwd=cwd)).error) == (
            f"redun: out.txt: cannot run in {cwd}: {reason}\n"
            "  command  ls\n"
            f"  in       {cwd}\n"
            "  hint: `cwd=` names a folder, relative to the project's root; "
            "let the folder be an output of another rule or make it"
        )


def test_the_root_is_entered_wherever_redun_stands(executor: Driver, root: Path, tmp_path_factory):
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert executor.success(spec("/bin/pwd")).output == os.fsencode(root) + b"\n"
    assert executor.success(spec("pwd -P")).output == os.fsencode(root) + b"\n"


def test_other_interpreters(executor: Driver):
    text = "import sys\nprint('in python', sys.argv[1:])"
    assert executor.success(spec(text, shell=f"{sys.executable} -u -B")).output == b"in python []\n"
    assert executor.success(spec('echo "$0"', shell="sh -e")).output == b"sh\n"
    assert executor.failure(spec("false; echo unreached", shell="sh -e")).output == b""
    assert executor.success(spec('{ print "awk" }', shell="awk -f", stdin="/etc/hostname")).output == b"awk\n"


def test_scripts_of_killed_processes_are_swept(executor: Driver):
    scratch = Path(executor.executor.scratch)  # type: ignore[attr-defined]
    scratch.mkdir()
    for name in (f"script-{2**22 + 1}-1-abc", f"script-{os.getppid()}-1-abc", "other"):
        (scratch / name).write_text("")
    executor.success(spec("print(1)", shell=sys.executable))
    assert sorted(os.listdir(scratch)) == ["other", f"script-{os.getppid()}-1-abc"]
    for path in scratch.iterdir():
        path.unlink()


def test_bash_is_strict(executor: Driver):
    for text in ("false; echo unreached", "false | cat; echo unreached", "echo $unset; echo unreached"):
        assert b"unreached" not in executor.failure(spec(text)).output


# How it is started


def test_no_shell_where_none_is_needed(executor: Driver):
    parent = "import os; print(open(f'/proc/{os.getpid()}/stat').read().split()[3])"
    printed = executor.success(spec(f'{sys.executable} -c "{parent}"')).output
    assert int(printed) == os.getpid()


def test_long_commands(executor: Driver):
    words = " ".join(f"argument-{number}" for number in range(10_000))
    assert executor.success(spec(f"/bin/echo {words}")).output.decode().split() == words.split()
    assert executor.success(spec(f"printf '%s\\n' {words} | tail -n 1")).output == b"argument-9999\n"
    assert len(executor.success(spec("echo " + "x" * 1_000_000)).output) == 1_000_001
    long_script = "\n".join(f"x{number}=1" for number in range(100_000)) + "\necho $x99999"
    assert executor.success(spec(long_script)).output == b"1\n"
    assert executor.success(spec("x='" + "é" * 60_000 + "'; echo done")).output == b"done\n"


def test_arguments_too_long_for_the_system(executor: Driver):
    error = executor.failure(spec("cp " + "x" * 1_000_000)).error
    assert str(error) == (
        "redun: out.txt: the arguments and environment of the command are longer than this system allows\n"
        f"  command  cp {'x' * 497}... and 999503 more characters\n"
        "  hint: hand long lists over in a file: `args_file(list)` gives `@path`"
    )


def test_a_program_that_is_not_there(executor: Driver):
    assert str(executor.failure(spec("no-such-program a")).error) == (
        "redun: out.txt: there is no program no-such-program\n"
        "  command  no-such-program a\n"
        "  hint: install it, or add its folder to PATH: commands get the PATH that redun is started with"
    )
    assert "there is no program ./tool" in str(executor.failure(spec("./tool")).error)
    assert "there is no program ./tool" in str(executor.failure(spec("./tool", cwd="..")).error)


def test_no_bash(executor: Driver, root: Path):
    assert str(executor.failure(spec("a; b", env={"PATH": str(root)})).error) == (
        "redun: out.txt: its command needs bash, which is not on PATH\n"
        "  command  a; b\n"
        "  hint: install bash, name another interpreter with `shell=`, or write the command without shell characters"
    )


def test_programs_that_cannot_be_run(executor: Driver, root: Path):
    (root / "plain").write_text("#!/bin/sh\n")
    (root / "orphan").write_text("#!/no/such/interpreter\n")
    (root / "orphan").chmod(0o755)
    needed = "it needs the executable bit (`chmod +x`) and, if it is a script, a first line that names its interpreter"
    hint = f"  hint: {needed}"
    for text, env in (("./plain", ENVIRONMENT), ("plain", {"PATH": str(root)})):
        expected = f"redun: out.txt: {text} cannot be run: permission denied\n  command  {text}\n{hint}"
        assert str(executor.failure(spec(text, env=env)).error) == expected
    assert str(executor.failure(spec("./orphan")).error) == (
        "redun: out.txt: ./orphan cannot be run: the interpreter that its first line names does not exist\n"
        f"  command  ./orphan\n{hint}"
    )


def test_a_script_without_a_first_line(executor: Driver, root: Path):
    (root / "script").write_text("echo script $1\n")
    (root / "script").chmod(0o755)
    assert executor.success(spec("./script 'a b'")).output == b"script a b\n"


def test_a_program_that_comes_moves_and_goes(executor: Driver, root: Path):
    first, second = root / "first", root / "second"
    env = {"PATH": f"{first}:{second}:{ENVIRONMENT['PATH']}"}
    assert "no program tool" in str(executor.failure(spec("tool", env=env)).error)
    for folder in (first, second):
        folder.mkdir()
        (folder / "tool").write_text(f"#!/bin/sh\necho {folder.name}\n")
        (folder / "tool").chmod(0o755)
    assert executor.success(spec("tool", env=env)).output == b"first\n"
    (first / "tool").unlink()
    assert executor.success(spec("tool", env=env)).output == b"second\n"
    (second / "tool").unlink()
    assert "no program tool" in str(executor.failure(spec("tool", env=env)).error)


def test_texts_that_cannot_be_passed(executor: Driver):
    assert "out.txt: the command could not be started: embedded null byte" in str(
        executor.failure(spec("cp a\0b c")).error
    )
    assert "could not be started: 'utf-8' codec can't" in str(executor.failure(spec("cp \ud800 c")).error)


def test_more_processes_than_allowed(root: Path):
    """In a process of its own, as another user if this is root, whom no limit holds."""
    code = (
        "import os, re, resource, time\n"
        "from redo_py.executors.api import CommandStep, JobSpec\n"
        "from redo_py.executors.commands.launch import Launcher\n"
        "from redo_py.ground.clock import Clock\n"
        "from redo_py.ground.errors import RunError\n"
        "launcher = Launcher('/', Clock(), 'x', '/nowhere')\n"
        "step = CommandStep('/bin/ls')\n"
        "os.chdir('/')\n"
        "str(RunError('exit-status-lost', label=''))\n"  # all modules are loaded while that is allowed
        "if os.getuid() == 0: os.setuid(65534)\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n"
        "started = time.monotonic()\n"
        "try: print(launcher.launch(JobSpec(1, 'out', [step], {}), step, 1))\n"
        "except RunError as error: print(error, time.monotonic() - started > 0.2)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert said.stdout == (
        "redun: out: the system starts no more processes: resource temporarily unavailable\n"
        "  command  /bin/ls\n"
        "  hint: run fewer jobs at once with -j, or raise the limit that `ulimit -u` shows True\n"
    ), said.stderr


def test_a_call_is_for_another_executor(executor: Driver):
    with pytest.raises(TypeError, match="which the thread executor runs"):
        executor.executor.submit([JobSpec(1, "x", [CallStep(print, (), {})], {})])


# What it prints


def test_both_streams_are_one_in_order(executor: Driver):
    text = "for i in 1 2 3; do echo o$i; echo e$i >&2; done; /bin/echo last"
    assert executor.success(spec(text)).output == b"o1\ne1\no2\ne2\no3\ne3\nlast\n"


def test_all_steps_are_printed_together(executor: Driver):
    outcome = executor.failure(spec("echo a", "/bin/echo b", "echo c; exit 1", "echo unreached"))
    assert outcome.output == b"a\nb\nc\n"


def test_opening_the_stream_anew_cuts_nothing_off(executor: Driver):
    text = "echo one; echo two > /dev/stderr; echo three > /dev/stdout"
    assert executor.success(spec(text)).output == b"one\ntwo\nthree\n"


def test_any_bytes(executor: Driver):
    assert executor.success(spec("printf '\\377\\000\\200\\n'")).output == b"\xff\x00\x80\n"


def test_much_output(executor: Driver):
    printed = executor.success(spec("seq 1 300000")).output
    assert printed == b"".join(b"%d\n" % number for number in range(1, 300001))


def test_jobs_do_not_mix(executor: Driver):
    text = "for i in $(seq 300); do echo $REDUN_JOB; done"
    for outcome in executor.run(*(spec(text, seq=seq) for seq in range(1, 9))):
        assert outcome.output == b"%d\n" % outcome.seq * 300


def test_the_last_line_of_a_running_job(executor: Driver):
    made = executor.executor
    assert isinstance(made, CommandExecutor)
    os.mkfifo("fifo")
    made.submit([spec("echo first; printf 'at 5%%\\rat 50%%\\r'; read -r x < fifo", seq=5)])
    await_line(executor, 5, b"at 50%")
    assert made.tail(6) == b""
    made.cancel([5])
    executor.outcomes(1)
    assert made.tail(5) == b""


# How it ends


def test_exit_status(executor: Driver):
    error = executor.failure(spec("echo $API_KEY ${HOME:-} $LANG $x; exit 3")).error
    assert isinstance(error, RunError)
    error = executor.failure(spec("true ${API_KEY:-} ${HOME:-} $LANG; exit 3")).error
    assert str(error) == (
        "redun: out.txt: the command ended with exit status 3\n"
        "  command     true ${API_KEY:-} ${HOME:-} $LANG; exit 3\n"
        "  not passed  API_KEY, HOME: name what it needs in `env=`, `env()` or `[build] pass_env`"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("false '-O2 -Wall' x", "'-O2 -Wall'"),
        ("false x '-a -b -c'", "'-a -b -c'"),
        ("false '-m a text'", ""),
        ("false -x'-a -b'", ""),
        ("false 'a -b'", ""),
    ],
)
def test_options_that_are_one_word(executor: Driver, text: str, shown: str):
    error = executor.failure(spec(text)).error
    said = [fact for label, fact in error.facts if label == "one word"]  # type: ignore[attr-defined]
    assert said == ([f"{shown}: where that should be several, write `words(...)` around it"] if shown else [])


def test_a_long_script_is_shown_in_part(executor: Driver):
    text = "\n".join(f": {number}\x1b" for number in range(30)) + "\nexit 1\n"
    error = executor.failure(spec(text, cwd="/")).error
    assert isinstance(error, RunError)
    assert error.facts[0] == ("command", ": 0\\x1b")
    assert error.facts[19:] == [("", ": 19\\x1b"), ("", "... and 11 more lines"), ("in", "/")]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM])
def test_death_by_signal(executor: Driver, number: signal.Signals):
    error = executor.failure(spec(f"ulimit -c 0; kill -{int(number)} $$")).error
    assert str(error).startswith(f"redun: out.txt: the command was killed by {number.name}\n  command  ulimit")


def test_a_background_child_of_a_success_lives_on(executor: Driver):
    waits = "while [ ! -e go ]; do sleep 0.01; done"
    outcome = executor.success(spec(f"{{ {waits}; echo late; echo later; touch mark; }} & echo $!"))
    child = int(outcome.output)
    assert not is_gone(child)
    Path("go").touch()
    until(lambda: executor.inbox.wait(0.05) == [] and os.path.exists("mark"), executor.patience, "it did not live on")


def test_a_background_child_that_prints_for_ever(executor: Driver):
    executor.success(spec("yes & echo $! > pid"))
    assert executor.success(spec("echo next", seq=2)).output == b"next\n"
    os.kill(int(Path("pid").read_text()), signal.SIGKILL)
    executor.inbox.wait(0.05)


def test_a_background_child_of_a_failure_is_ended(executor: Driver):
    outcome = executor.failure(spec("sleep 300 & echo $!; exit 1"))
    assert is_gone(int(outcome.output))


def test_children_of_earlier_steps_are_ended_too(executor: Driver):
    outcome = executor.failure(spec("sleep 300 & echo $!", "/bin/sleep 0.05", "exit 1"))
    assert is_gone(int(outcome.output))


def test_a_timeout_ends_the_whole_group(executor: Driver, clock: LeapingClock):
    executor.executor.submit([spec("sleep 300 & echo $! $$; sleep 300", timeout=30.0)])
    await_line(executor, 1)
    clock.leap(30.0)
    (outcome,) = executor.outcomes(1)
    assert [is_gone(int(pid)) for pid in outcome.output.split()] == [True, True]
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == (
        "redun: out.txt: not done after its timeout of 30 seconds\n"
        "  command  sleep 300 & echo $! $$; sleep 300\n"
        "  hint: give it more with `timeout=`"
    )


def test_term_may_be_obeyed_in_peace(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("redo_py.executors.commands.child.GRACE", 60.0)
    text = "trap 'echo cleaning; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
    executor.executor.submit([spec(text)])
    await_line(executor, 1, b"ready")
    executor.executor.cancel([1])
    (outcome,) = executor.outcomes(1)
    assert outcome.output.endswith(b"cleaning\n")


def test_who_ignores_term_is_killed_after_the_grace(executor: Driver, clock: LeapingClock):
    text = "trap '' TERM; (trap '' TERM; sleep 300) & echo $! $$; wait"
    executor.executor.submit([spec(text, timeout=30.0)])
    await_line(executor, 1)
    clock.leap(30.0)
    started = time.monotonic()
    (outcome,) = executor.outcomes(1)
    assert time.monotonic() - started >= 2.0
    assert [is_gone(int(pid)) for pid in outcome.output.split()] == [True, True]


def test_a_child_that_ignores_term_outlives_its_parent_by_the_grace_only(executor: Driver):
    started = time.monotonic()
    child = "(trap '' TERM; echo $BASHPID; touch begun; exec sleep 300)"
    outcome = executor.failure(spec(f"{child} & while [ ! -e begun ]; do sleep 0.01; done; exit 1"))
    assert time.monotonic() - started >= 2.0
    assert is_gone(int(outcome.output))


def test_an_exit_status_that_was_taken(executor: Driver):
    executor.executor.submit([spec("echo $$ > new; mv new pid")])
    until(lambda: os.path.exists("pid"), executor.patience, "it does not begin")  # nobody looks at it meanwhile
    os.waitpid(int(Path("pid").read_text()), 0)
    (outcome,) = executor.outcomes(1)
    assert "out.txt: its exit status was taken away" in str(outcome.error)  # type: ignore[union-attr]


def test_where_processes_cannot_be_watched(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "pidfd_open")
    assert executor.success(spec("/bin/sleep 0.05", "echo a")).output == b"a\n"
    assert "exit status 2" in str(executor.failure(spec("exit 2")).error)
    assert "timeout" in str(executor.failure(spec("sleep 300", timeout=0.1)).error)


def test_depfiles(executor: Driver):
    text = "touch a.c 'b c.h'; printf 'out.o: a.c b\\\\ c.h\\n' > x.d"
    outcome = executor.success(spec(text, depfiles=["x.d"], outputs=["out.o"]))
    assert outcome.discovered == ["a.c", "b c.h"]
    assert not os.path.exists("x.d")
    assert "left no dependency file x.d" in str(executor.failure(spec("true", depfiles=["x.d"])).error)


def test_without_descriptors_jobs_fail_and_the_next_ones_run(executor: Driver):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 5, hard))
    try:
        outcomes = executor.run(*(spec("sleep 0.2", seq=seq) for seq in range(10)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    failures = [str(outcome.error) for outcome in outcomes if hasattr(outcome, "error")]
    assert 0 < len(failures) < 10
    assert {failure.splitlines()[0] for failure in failures} == {
        "redun: out.txt: redun has too many files open to start the command"
    }
    assert executor.success(spec("echo fine")).output == b"fine\n"


class Asked(dict[str, object]):
    """Options that can be looked for."""


def test_nothing_is_kept_of_a_job_that_is_over(executor: Driver) -> None:
    asked = Asked()
    seen = weakref.ref(asked)
    executor.success(spec("true", options=asked, timeout=3600.0))
    del asked
    executor.success(spec("true", seq=2))
    gc.collect()
    assert seen() is None
