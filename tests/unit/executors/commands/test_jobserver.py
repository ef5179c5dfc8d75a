"""The jobserver: every byte that is taken goes back, nothing waits in a read, and whoever goes away is noticed."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.executors.commands.jobserver import CHILD_ENDS, Jobserver, Unreachable, joined, opened
from redo_py.executors.commands.makeflags import auth_in
from redo_py.executors.commands.sharing import Sharing
from redo_py.executors.inbox import SelectInbox
from redo_py.ground.clock import Clock

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="a pipe is reached through /proc")


@pytest.fixture
def inbox() -> Iterator[SelectInbox]:
    made = SelectInbox(Clock())
    yield made
    made.close()


class Make:
    """A make that has a jobserver: a pipe or a named one, with tokens that can be told from each other."""

    def __init__(self, tokens: bytes, fifo: Path | None = None) -> None:
        if fifo is None:
            self.reader, self.writer = os.pipe()
            inherited = os.dup(self.reader), os.dup(self.writer)
            for fd in inherited:
                os.set_inheritable(fd, True)
            self.flags = f" -j9 --jobserver-auth={inherited[0]},{inherited[1]}"
        else:
            os.mkfifo(fifo)
            self.reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
            os.set_blocking(self.reader, True)
            self.writer = os.open(fifo, os.O_WRONLY)
            self.flags = f" -j9 --jobserver-auth=fifo:{fifo}"
        os.write(self.writer, tokens)

    def tokens(self) -> bytes:
        """The tokens that lie there now; they stay."""
        assert os.get_blocking(self.reader), "another program's end has been made not to wait"
        fd = os.open(f"/proc/self/fd/{self.reader}", os.O_RDONLY | os.O_NONBLOCK)
        try:
            found = os.read(fd, 100)
        except BlockingIOError:
            found = b""
        finally:
            os.close(fd)
        os.write(self.writer, found)
        return bytes(sorted(found))

    def die(self) -> None:
        os.close(self.reader)
        os.close(self.writer)


@pytest.fixture(params=["pipe", "fifo"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made = Make(b"abcd", tmp_path / "fifo" if request.param == "fifo" else None)
    yield made
    if made.flags:
        made.die()


def join(make: Make, inbox: SelectInbox, told: list[str] | None = None) -> Jobserver:
    found = joined(make.flags, 9, inbox, told.append if told is not None else lambda text: None)
    assert found is not None
    return found


def test_a_token_for_each_place_but_the_first(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    assert server.reach(1) == 1
    assert make.tokens() == b"abcd"
    assert server.reach(3) == 3
    assert len(make.tokens()) == 2
    server.settle(2)
    assert len(make.tokens()) == 3
    server.close()
    assert make.tokens() == b"abcd"
    server.close()


def test_no_more_places_than_tokens(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    assert server.reach(9) == 5
    assert make.tokens() == b""
    server.settle(1)
    server.settle(1)  # what is still wanted is kept by the first
    assert make.tokens() == b"abcd"
    server.close()


def test_a_token_that_arrives_wakes_the_inbox(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    assert server.reach(6) == 5
    server.settle(5)
    assert inbox.wait(0) == []
    os.write(make.writer, b"e")
    inbox.wait(10)
    assert make.tokens() == b"", "it was taken at once"
    assert server.reach(6) == 6
    server.close()
    assert make.tokens() == b"abcde"


def test_nothing_is_watched_when_nothing_is_wanted(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    server.reach(6)
    server.settle(5)
    server.settle(5)
    os.write(make.writer, b"e")
    inbox.wait(0.05)
    assert make.tokens() == b"e"
    server.close()


def test_a_token_that_another_takes_first_is_no_trouble(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    server.reach(6)
    os.write(make.writer, b"e")
    assert os.read(make.reader, 1) == b"e"
    assert inbox.wait(0.05) == []
    assert server.reach(6) == 5
    server.close()


def test_one_that_goes_away_is_told_once_and_does_not_stop_the_build(make: Make, inbox: SelectInbox):
    told: list[str] = []
    server = join(make, inbox, told)
    assert server.reach(9) == 5
    make.die()
    make.flags = ""
    inbox.wait(10)
    assert server.reach(9) == 5
    assert server.reach(9) == 5
    server.settle(1)
    server.settle(1)
    server.close()
    assert len(told) == 1
    assert told[0].startswith("the jobserver that redun took part in is gone")


@pytest.mark.parametrize(
    ("auth", "reason"),
    [
        ("-2,-2", "make closes it"), ("998,999", "make closes it"), ("three,4", "make closes it"),
        ("3", "make closes it"),
        ("fifo:/nowhere/at all", "/nowhere/at: No such file or directory"), ("fifo:/dev/null", "is no named pipe"),
        ("99999999999999999999,1", "make closes it"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_reached(auth: str, reason: str, inbox: SelectInbox):
    with pytest.raises(Unreachable) as caught:
        joined(f"--jobserver-auth={auth}", 1, inbox, print)
    assert reason in str(caught.value)


def test_descriptors_that_stand_for_something_else(inbox: SelectInbox, tmp_path: Path):
    own = os.pipe()  # not inheritable: redun's own
    with pytest.raises(Unreachable, match="make closes it"):
        joined(f"--jobserver-auth={own[0]},{own[1]}", 1, inbox, print)
    other = os.pipe()
    for fd in (own[0], other[1]):
        os.set_inheritable(fd, True)
    with pytest.raises(Unreachable, match="are not the two ends of a pipe"):
        joined(f"--jobserver-auth={own[0]},{other[1]}", 1, inbox, print)
    for fd in (*own, *other):
        os.close(fd)


def test_no_jobserver_is_no_error(inbox: SelectInbox):
    assert joined("k -j", 1, inbox, print) is None


# ---- redun's own


def child(server: Jobserver, seq: int, script: str, text: str = "make") -> str:
    """What a shell prints that is started as a command of the job `seq`."""
    flags, actions = server.offer(seq, text)
    reader, writer = os.pipe()
    actions += [(os.POSIX_SPAWN_DUP2, writer, 1)]
    env = {"MAKEFLAGS": flags, "PATH": os.environ["PATH"]}
    pid = os.posix_spawn("/bin/bash", ["bash", "-c", script], env, file_actions=actions)
    os.close(writer)
    with open(reader) as stream:
        printed = stream.read()
    os.waitpid(pid, 0)
    return printed


def test_commands_find_the_places_that_are_free(inbox: SelectInbox):
    server = opened(4, 2, inbox, print)
    ends = ",".join(map(str, CHILD_ENDS))
    assert child(server, 1, 'echo "$MAKEFLAGS"; read -N2 -u60 two; echo $two; echo -n $two >&61') == (
        f" -j4 --jobserver-auth={ends}\n++\n"
    )
    assert server.reach(9) == 4
    server.close()


def test_a_named_pipe_for_ninja(inbox: SelectInbox):
    server = opened(3, 1, inbox, print)
    flags, actions = server.offer(1, "ninja -C out")
    assert actions == []
    path = auth_in(flags).removeprefix("fifo:")
    fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    assert os.read(fd, 9) == b"++"
    os.close(fd)
    server.close()


def test_what_a_killed_command_kept_is_made_up_for(inbox: SelectInbox):
    server = opened(4, 1, inbox, print)
    assert child(server, 1, "read -N3 -u60 all; kill -9 $$") == ""
    assert server.reach(2) == 1
    server.settle(1)
    server.over(1)
    assert server.reach(9) == 4
    server.close()


def test_nothing_is_made_up_for_while_another_command_may_hold_it(inbox: SelectInbox):
    server = opened(4, 2, inbox, print)
    server.offer(1, "make")
    assert child(server, 2, "read -N2 -u60 two; kill -9 $$") == ""
    server.over(2)
    assert server.reach(3) == 2
    server.over(1)
    assert server.reach(9) == 4
    server.close()


def test_a_token_too_many_is_taken_away(inbox: SelectInbox):
    server = opened(2, 1, inbox, print)
    child(server, 1, "echo -n ++++ >&61")
    server.over(1)
    assert server.reach(9) == 2
    server.close()


def test_descriptors_are_given_back(inbox: SelectInbox):
    before = sorted(os.listdir("/proc/self/fd"))
    server = opened(2, 1, inbox, print)
    child(server, 1, "true")
    server.close()
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_other_commands_do_not_inherit_the_pipe(inbox: SelectInbox):
    server = opened(2, 1, inbox, print)
    server.offer(1, "make")
    open_ones = subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True, close_fds=False).stdout.split()
    assert not set(open_ones) & {str(fd) for fd in CHILD_ENDS}
    server.close()


def test_what_was_joined_is_handed_on(make: Make, inbox: SelectInbox):
    server = join(make, inbox)
    assert child(server, 1, "read -N4 -u60 all; echo $all; echo -n $all >&61") == "abcd\n"
    assert make.tokens() == b"abcd"
    server.over(1)
    assert make.tokens() == b"abcd", "another program's tokens are not put right"
    server.close()


# ---- who hears of it


class Places:
    """Two jobs run."""

    whole_used = 2

    def share(self, server: Jobserver) -> None:
        self.server = server


@pytest.mark.parametrize(
    ("text", "serves", "expected"),
    [
        ("make -C sub", "auto", True), ("cd x && ninja", "auto", True), ("redun build", "auto", True),
        ("cmake --build out", "auto", True), ("make -j4", "auto", False), ("cc -c x.c", "auto", False),
        ("make -j4", "always", True), ("./build.sh", "always", True), ("make", "never", False),
    ],
)  # fmt: skip
def test_which_commands_hear_of_it(text: str, serves: str, expected: bool, inbox: SelectInbox):
    assert Sharing(4, inbox, print, serves).concerns(text) is expected


def test_it_is_opened_when_the_first_command_wants_it(inbox: SelectInbox):
    sharing, places = Sharing(4, inbox, print, "auto"), Places()
    sharing.places = places
    flags, _ = sharing.offer(1, "make")
    assert places.server is sharing.server
    assert flags.startswith(" -j4 ")
    assert places.server.reach(9) == 4
    sharing.over(1)
    sharing.close()
    sharing.close()


def test_a_number_of_jobs_on_the_command_line_goes_before_it(make: Make, inbox: SelectInbox):
    told: list[str] = []
    sharing = Sharing(2, inbox, told.append, "auto")
    sharing.join(make.flags, is_fixed=True)
    assert (sharing.server, sharing.jobs) == (None, 2)
    assert told == ["-j 2 was given: redun takes no part in the jobserver that it was called with"]


def test_one_that_is_not_there_means_one_job(inbox: SelectInbox):
    told: list[str] = []
    sharing = Sharing(8, inbox, told.append, "auto")
    sharing.join(" -j8 --jobserver-auth=-2,-2", is_fixed=False)
    assert (sharing.server, sharing.jobs) == (None, 1)
    (text,) = told
    assert text == (
        "one job at a time: the jobserver that redun was called with cannot be used (make closes it for commands that "
        "it does not take for a make); a `+` before the command in the makefile lets redun take part"
    )


def test_joining_takes_the_number_of_jobs_of_make(make: Make, inbox: SelectInbox):
    sharing = Sharing(2, inbox, print, "auto")
    sharing.join(make.flags, is_fixed=False)
    assert sharing.jobs == 9
    sharing.close()


def test_ends_for_commands_are_close_on_exec(inbox: SelectInbox):
    server = opened(2, 1, inbox, print)
    for _, own, _ in server.offer(1, "make")[1]:
        assert fcntl.fcntl(own, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    server.close()
