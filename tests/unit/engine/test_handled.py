"""Errors that a catch handled: what a second execution runs, and what an edit of anything makes run again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.ground.errors import RunError, TimedOut
from redo_py.ir.expression import SchedulerExpression, SimpleExpression
from redo_py.records import CALL, EDGE, JOB, TRACE, VALUE
from tests.unit.engine.memory_world import World


class Mine(Exception):
    """An error of the project, with state of its own."""

    def __init__(self, text: str, number: int = 0) -> None:
        super().__init__(text)
        self.number = number


class Held(Exception):
    """An error that cannot be pickled."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lock = threading.Lock()


class Demanding(Exception):
    """An error whose class wants other arguments than the error has."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")
        self.two = two


class Wordy(ValueError):
    """An error whose class makes another one of its arguments."""

    def __init__(self, number: int) -> None:
        super().__init__(f"number {number}")


class Fussy(Demanding):
    """An error that can be pickled, in a way of its own, but not read back."""

    def __reduce__(self) -> Any:
        return Fussy, self.args


class Remote(OSError):
    """An error that holds more than arguments and attributes, and wants other arguments."""

    def __init__(self, host: str) -> None:
        super().__init__(5, f"no {host}")


class Grave(BaseException):
    """No Exception."""


def catch(*args: Any) -> SchedulerExpression:
    return SchedulerExpression("catch", args)


def catch_all(*args: Any) -> SchedulerExpression:
    return SchedulerExpression("catch_all", args)


class Tasks:
    """A world with the tasks of these tests. `calls` of a task are what it was given."""

    def __init__(self) -> None:
        self.world = World()
        self.told: list[Any] = []  # errors that were given to recoveries
        self.world.failures = BaseException
        self.mend("fails", "1", broken=True)
        self.task("fine", lambda x: x)
        self.task("pair", lambda x, y: [x, y])
        self.task("outer", lambda x: self("fails", x))
        self.task("recovers", lambda error: self.recovers(error))
        self.task("worse", lambda error: self.fails(KeyError(str(error))))

    def fails(self, x: Any) -> Any:
        raise x if isinstance(x, BaseException) else ValueError(x)

    def mend(self, name: str = "fails", version: str = "2", broken: bool = False) -> None:
        """Let the task `name` give its argument, or raise it."""
        self.task(name, lambda x: self.fails(x) if broken else x, version)

    def recovers(self, error: Any) -> Any:
        self.told.append(error)
        return f"saved from {error!r}"

    def task(self, name: str, function: Any, version: str = "1", **options: Any) -> Any:
        from redo_py.tasks.task import Task

        made = self.world.tasks.known[name] = Task(function, name, "", {"version": version, **options})
        return made

    def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self.world.tasks.known[name](*args, **kwargs)

    def __getitem__(self, name: str) -> Any:
        return self.world.tasks.known[name]

    def run(self, value: Any, **settings: Any) -> Any:
        """The value, or the error, of one execution."""
        root = self.world.run(value, **settings)
        return root.value if root.state == JobState.DONE else root.error

    def ran(self) -> list[str]:
        return self.world.ran

    def history(self, make: Any, *lines: tuple[Any, Any, list[str]]) -> None:
        """One execution for each line: what is edited before it, what comes out, what ran."""
        for number, (edit, value, ran) in enumerate(lines):
            if edit:
                edit()
            found = self.run(make())
            assert (str(found), sorted(self.ran())) == (str(value), sorted(ran)), f"line {number}"


SAVED = "saved from ValueError(1)"


def test_a_handled_error_runs_nothing_the_second_time() -> None:
    tasks = Tasks()
    tasks.history(
        lambda: catch(tasks("fails", 1), ValueError, tasks["recovers"]),
        (None, SAVED, ["fails", "recovers"]),
        (None, SAVED, []),
        (tasks.mend, 1, ["fails"]),
        (None, 1, []),
        (lambda: tasks.mend("fails", "1", broken=True), SAVED, []),
        (lambda: tasks.task("recovers", lambda e: "new", "2"), "new", ["recovers"]),
        (None, "new", []),
    )


def test_below_a_task_that_reduces_to_it() -> None:
    tasks = Tasks()
    tasks.history(
        lambda: catch(tasks("pair", 0, tasks("outer", 1)), ValueError, tasks["recovers"]),
        (None, SAVED, ["outer", "fails", "recovers"]),
        (None, SAVED, []),
        (lambda: tasks.task("outer", lambda x: x, "2"), [0, 1], ["outer", "pair"]),
        (lambda: tasks.task("outer", lambda x: tasks("fails", x), "1"), SAVED, []),
        (lambda: tasks.task("fails", lambda x: [x], "2"), [0, [1]], ["fails", "pair"]),
    )


def test_inside_a_task() -> None:
    tasks = Tasks()
    tasks.task("main", lambda x: [catch(tasks("outer", x), ValueError, tasks["recovers"])])
    tasks.history(
        lambda: tasks("main", 1),
        (None, [SAVED], ["main", "outer", "fails", "recovers"]),
        (None, [SAVED], []),
        (lambda: tasks.task("recovers", lambda error: "other", "2"), ["other"], ["recovers"]),
        (tasks.mend, [1], ["fails"]),
    )


def test_a_bare_error_is_never_remembered() -> None:
    tasks = Tasks()
    for _ in range(2):
        assert str(tasks.run(tasks("fails", 1))) == "1"
        assert tasks.ran() == ["fails"]
    assert tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"])) == SAVED
    assert tasks.ran() == ["fails", "recovers"]
    assert str(tasks.run(tasks("fails", 1))) == "1"
    assert tasks.ran() == ["fails"], "what a catch handled is no answer for others"


def test_who_wants_it_bare_makes_it_run() -> None:
    tasks = Tasks()
    shared = tasks("fails", 1)
    caught = catch(shared, ValueError, tasks["recovers"])
    tasks.run(caught)
    for both in (
        [caught, shared],
        [shared, caught],
        [caught, tasks("fails", 1)],
        [caught, tasks("pair", shared, 1)],
        [caught, tasks("outer", tasks("fine", 1))],
    ):
        tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"]))
        assert "fails" not in tasks.ran()
        assert str(tasks.run(both, max_failures=None)) == "1"
        assert tasks.ran().count("fails") == 1, "it may be better by now"


def test_an_error_that_comes_too_late_for_a_bare_use_is_looked_at_again() -> None:
    """The remembered error is used first; then somebody else wants the value, of that expression or an equal one."""
    tasks = Tasks()
    is_well: list[int] = []

    def sometimes(x: int) -> int:
        if not is_well:
            raise ValueError(x)
        return x

    tasks.task("sometimes", sometimes)
    tasks.run(catch(tasks("sometimes", 1), ValueError, tasks["recovers"]))
    is_well.append(1)
    shared = tasks("sometimes", 1)
    caught = catch(shared, ValueError, tasks["recovers"])
    assert tasks.run(SchedulerExpression("seq", ([caught, shared, tasks("sometimes", 1)],))) == [SAVED, 1, 1]
    assert tasks.ran() == ["sometimes"]
    assert tasks.run([caught, shared]) == [1, 1], "now there is a result"


def test_the_same_through_what_failed_with_it() -> None:
    tasks = Tasks()
    tasks.mend("sometimes", broken=True)
    shared = tasks("pair", tasks("sometimes", 1), 2)
    caught = catch(shared, ValueError, tasks["recovers"])
    assert tasks.run(caught) == SAVED
    tasks.world.tasks.known["sometimes"].caller = lambda x: x
    assert tasks.run(SchedulerExpression("seq", ([caught, shared],))) == [SAVED, [1, 2]]
    assert tasks.ran() == ["sometimes", "pair"]


def test_an_error_of_another_class_is_not_remembered() -> None:
    tasks = Tasks()
    for _ in range(2):
        assert isinstance(tasks.run(catch(tasks("fails", 1), KeyError, tasks["recovers"])), ValueError)
        assert tasks.ran() == ["fails"]


def test_a_recovery_that_fails() -> None:
    tasks = Tasks()
    caught = catch(tasks("fails", 1), ValueError, tasks["worse"])
    for _ in range(2):
        assert isinstance(tasks.run(caught), KeyError)
        assert tasks.ran() == ["fails", "worse"], "it was not handled"
    tasks.history(
        lambda: catch(catch(tasks("fails", 1), ValueError, tasks["worse"]), KeyError, tasks["recovers"]),
        (None, "saved from KeyError('1')", ["fails", "worse", "recovers"]),
        (None, "saved from KeyError('1')", []),
        (lambda: tasks.task("worse", lambda error: "good", "2"), "good", ["worse"]),
        (None, "good", []),
    )


def test_a_recovery_that_fails_makes_what_is_only_remembered_run_again() -> None:
    tasks = Tasks()
    for make in (catch, lambda call, kind, recover: catch_all([call], kind, recover)):
        tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"]))
        raised = make(tasks("outer", 1), ValueError, tasks["worse"])
        assert isinstance(tasks.run(raised), KeyError)
        assert "fails" in tasks.ran(), "it may be better by now"
        assert isinstance(tasks.run(raised), KeyError)
        assert "fails" in tasks.ran(), "nobody handles it any more"
        tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"]))
        assert tasks.ran() == ["fails"]
        tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"]))
        assert tasks.ran() == [], "it is handled again"
        tasks.task("fails", lambda x: x, "1")  # what its code does not show has been mended
        assert tasks.run(make(tasks("outer", 1), ValueError, tasks["worse"])) in (1, [1])
        assert tasks.ran().count("fails") == 1
        tasks.mend("fails", "1", broken=True)
        tasks.world.store = type(tasks.world.store)()


def test_a_remembered_error_that_is_handled_further_out_is_taken() -> None:
    tasks = Tasks()
    tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"]))
    inner = catch(tasks("fails", 1), ValueError, tasks["worse"])
    assert tasks.run(catch(inner, KeyError, tasks["recovers"])) == "saved from KeyError('1')"
    assert tasks.ran() == ["worse", "recovers"]


def test_a_catch_around_a_catch_that_does_not_fit() -> None:
    tasks = Tasks()
    inner = lambda: catch(tasks("fails", 1), KeyError, tasks["worse"])  # noqa: E731
    tasks.history(
        lambda: catch([inner(), 5], LookupError, tasks["worse"], (ValueError, OSError), tasks["recovers"]),
        (None, SAVED, ["fails", "recovers"]),
        (None, SAVED, []),
    )


def test_two_catches_of_one_error_must_both_end_well() -> None:
    tasks = Tasks()
    both = lambda: [  # noqa: E731
        catch(tasks("fails", 1), ValueError, tasks["recovers"]),
        catch(tasks("fails", 1), ValueError, tasks["worse"]),
    ]
    for _ in range(2):
        assert isinstance(tasks.run(both(), max_failures=None), KeyError)
        assert "fails" in tasks.ran()
        assert "worse" in tasks.ran()
    tasks.task("worse", lambda error: tasks.recovers(error), "2")
    tasks.run(both())
    assert tasks.ran() == ["fails", "worse"]
    tasks.run(both())
    assert tasks.ran() == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_of_several_errors_the_same_is_handled_again(jobs: int) -> None:
    tasks = Tasks()
    parts = lambda: [tasks("fine", 0), tasks("outer", tasks("fine", 1)), tasks("fails", 2), tasks("fails", 3)]  # noqa: E731
    make = lambda: catch(parts(), ValueError, tasks["recovers"])  # noqa: E731
    first = tasks.run(make(), jobs=jobs)
    assert sorted(tasks.ran()) == ["fails", "fails", "fails", "fine", "fine", "outer", "recovers"]
    for again in (jobs, 4 - jobs):
        assert tasks.run(make(), jobs=again) == first
        assert tasks.ran() == []


def test_what_failed_beside_is_handled_when_the_lead_is_mended() -> None:
    tasks = Tasks()
    tasks.mend("first", broken=True)
    make = lambda: catch([tasks("fails", 2), tasks("first", 1)], ValueError, tasks["recovers"])  # noqa: E731
    assert tasks.run(make()) == "saved from ValueError(2)"
    tasks.task("fails", lambda x: x, "2")
    assert tasks.run(make()) == SAVED
    assert tasks.ran() == ["fails", "recovers"], "the other error is known"
    assert tasks.run(make()) == SAVED
    assert tasks.ran() == []


@pytest.mark.parametrize("error", [Held("locked"), Fussy(1, 2), Remote("disk")])
def test_errors_that_cannot_be_kept_are_handled_and_run_again(error: Exception) -> None:
    tasks = Tasks()

    def raises(x: int) -> Any:
        raise error

    tasks.task("raises", raises)
    make = lambda: catch(tasks("raises", 1), type(error), tasks["recovers"])  # noqa: E731
    assert tasks.run(make()) == f"saved from {error!r}"
    assert tasks.told == [error], "the recovery gets the error itself"
    assert tasks.run(make()) == f"saved from {error!r}"
    assert tasks.ran() == ["raises"], "the recovery of the same error is known"


def test_a_result_with_an_error_that_cannot_be_kept() -> None:
    tasks = Tasks()

    def raises(x: int) -> Any:
        raise Held("locked at 0x7f0012345678")

    tasks.task("raises", raises)
    tasks.task("keeps", lambda error: [error])
    make = lambda: catch(tasks("raises", 1), Exception, tasks["keeps"])  # noqa: E731
    (first,) = tasks.run(make())
    assert isinstance(first, Held)
    (again,) = tasks.run(make())
    assert isinstance(again, Exception)
    assert str(again) == "tests.unit.engine.test_handled.Held: locked at 0x…"


def test_errors_with_state_and_no_exceptions() -> None:
    tasks = Tasks()
    undecoded = UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")
    for error in (Mine("no", 7), Grave("deep"), KeyError(("a", 1)), undecoded, Demanding(1, 2), Wordy(3)):
        tasks.task("raises", lambda x, error=error: tasks.fails(error))
        for ran in (["raises", "recovers"], []):
            make = catch(tasks("raises", repr(error)), type(error), tasks["recovers"])
            assert tasks.run(make) == f"saved from {error!r}"
            assert tasks.ran() == ran
    assert tasks.told[0].number == 7


def test_results_hold_errors_as_they_were() -> None:
    tasks = Tasks()
    tasks.task("keeps", lambda x: [Wordy(x), {"deep": Demanding(x, 2)}])
    first, again = tasks.run(tasks("keeps", 1)), tasks.run(tasks("keeps", 1))
    assert tasks.ran() == []
    for wordy, deep in (first, again):
        assert (type(wordy), wordy.args) == (Wordy, ("number 1",))
        assert (type(deep["deep"]), str(deep["deep"]), deep["deep"].two) == (Demanding, "1 and 2", 2)


def test_no_exception_passes_an_ordinary_catch() -> None:
    tasks = Tasks()
    root = tasks.world.run(catch(tasks("fails", Grave("deep")), Exception, tasks["recovers"]))
    assert isinstance(root.error, Grave)
    root = tasks.world.run(catch_all([tasks("fails", Grave("deep")), 1]))
    assert isinstance(root.error, Grave)


def test_a_call_of_exit() -> None:
    tasks = Tasks()
    shown = RunError("call-exited", label="x", status=3)
    tasks.task("exits", lambda x: tasks.fails(shown))
    for kind, told in (
        (SystemExit, "SystemExit(3)"),
        ((OSError, SystemExit), "SystemExit(3)"),
        (RunError, repr(shown)),
    ):
        caught = catch(tasks("exits", 1), kind, tasks["recovers"])
        assert tasks.run(caught) == f"saved from {told}"
    assert tasks.run(catch(tasks("exits", 1), SystemExit, tasks["recovers"])) == "saved from SystemExit(3)"
    assert tasks.ran() == []


@pytest.mark.parametrize(
    "error",
    [MemoryError(), OSError(28, "no space"), TimedOut("timed-out", label="x", seconds=1), KeyboardInterrupt()],
    ids=repr,
)
def test_what_says_nothing_of_the_task_is_handled_but_not_remembered(error: BaseException) -> None:
    tasks = Tasks()
    tasks.task("raises", lambda x: tasks.fails(error))
    for _ in range(2):
        tasks.run(catch(tasks("raises", 1), BaseException, tasks["recovers"]))
        assert tasks.ran()[0] == "raises"


@pytest.mark.parametrize("options", [{"cache": False}, {"always": True}])
def test_tasks_that_always_run(options: dict[str, Any]) -> None:
    tasks = Tasks()
    tasks.task("fails", lambda x: tasks.fails(x), **options)
    for _ in range(2):
        assert tasks.run(catch(tasks("fails", 1), ValueError, tasks["recovers"])) == SAVED
        assert "fails" in tasks.ran()


def test_whoever_asks_for_a_run_gets_it() -> None:
    tasks = Tasks()
    make = lambda: catch(tasks("fails", 1), ValueError, tasks["recovers"])  # noqa: E731
    tasks.run(make())
    tasks.run(make(), force_all=True)
    assert tasks.ran() == ["fails", "recovers"]
    tasks.run(make(), forces=lambda name: name == "fails")
    assert tasks.ran() == ["fails"]


def test_a_dry_run_knows_of_it() -> None:
    tasks = Tasks()
    make = lambda: catch(tasks("fails", 1), ValueError, tasks["recovers"])  # noqa: E731
    assert repr(tasks.run(make(), dry=True)) == "<not known before it runs>"
    tasks.run(make())
    assert tasks.run(make(), dry=True) == SAVED
    assert tasks.world.journal.of("would_run") == []
    tasks.mend(broken=True)
    tasks.run(make(), dry=True)
    assert tasks.world.journal.of("would_run") == ["fails"]


def test_inputs_count() -> None:
    from redo_py.values.file import File

    tasks = Tasks()
    files = tasks.world.files
    files.write("a", b"bad")

    def parses(file: File) -> str:
        text = files.read(file.path).decode()
        if text == "bad":
            raise ValueError(text)
        return text

    tasks.task("parses", parses)
    make = lambda: catch(tasks("parses", File("a")), ValueError, tasks["recovers"])  # noqa: E731
    bad = "saved from ValueError('bad')"
    tasks.history(
        make,
        (None, bad, ["parses", "recovers"]),
        (None, bad, []),
        (lambda: files.write("a", b"good"), "good", ["parses"]),
        (lambda: files.write("a", b"bad"), bad, []),
    )


def test_an_input_that_changes_under_the_failing_task() -> None:
    from redo_py.values.file import File

    tasks = Tasks()
    files = tasks.world.files
    files.write("a", b"1")

    def races(file: File) -> Any:
        files.write("a", b"2")
        raise ValueError("torn")

    tasks.task("races", races)
    make = lambda: catch(tasks("races", File("a")), ValueError, tasks["recovers"])  # noqa: E731
    tasks.run(make())
    files.write("a", b"1")
    tasks.run(make())
    assert tasks.ran() == ["races"], "nobody knows what it has read"


def test_a_command_that_fails() -> None:
    world = World()
    world.files.write("a", b"a")

    def fails(files: Any, spec: Any) -> None:
        raise RunError("command-failed", label=spec.label, status=1)

    world.scripts["fails"] = fails
    rule = world.rule("x", "fails a", ["a"])

    def recovers(error: Any) -> str:
        return error.code  # type: ignore[no-any-return]

    made = world.task(recovers)
    for ran in (["x", "recovers"], []):
        assert world.run(catch(rule, RunError, made)).value == "command-failed"
        assert world.ran == ran
    world.files.write("a", b"A")
    world.run(catch(rule, RunError, made))
    assert world.ran == ["x"]
    with_depfile = world.rule("y", "fails a", ["a"], depfile="y.d")
    for _ in range(2):
        world.run(catch(with_depfile, RunError, made))
        assert "y" in world.ran, "what it has read is not known"


def test_catch_all_waits_for_all() -> None:
    tasks = Tasks()

    def count(values: Any) -> Any:
        return [sum(isinstance(value, Exception) for value in values["all"]), values["all"][0], values["one"]]

    tasks.task("count", count)
    nested = lambda: {"all": [tasks("fine", 1), tasks("fails", 2), tasks("outer", 3)], "one": tasks("fine", 4)}  # noqa: E731
    tasks.history(
        lambda: catch_all(nested(), ValueError, tasks["count"]),
        (None, [2, 1, 4], ["fine", "fails", "outer", "fails", "fine", "count"]),
        (None, [2, 1, 4], []),
        (lambda: tasks.task("count", lambda values: "other", "2"), "other", ["count"]),
        (lambda: tasks.task("outer", lambda x: x, "2"), "other", ["outer", "count"]),
        (tasks.mend, {"all": [1, 2, 3], "one": 4}, ["fails"]),
    )


def test_catch_all_without_recovery_raises_the_first_in_order() -> None:
    tasks = Tasks()
    tasks.mend("late", broken=True)
    error = tasks.run(catch_all([tasks("outer", 1), tasks("late", 2), tasks("fine", 3)]))
    assert str(error) == "1"
    assert sorted(tasks.ran()) == ["fails", "fine", "late", "outer"], "all have come to their end"
    tasks.run(catch_all([tasks("outer", 1), tasks("late", 2), tasks("fine", 3)]))
    assert sorted(tasks.ran()) == ["fails", "late"]
    assert tasks.run(catch_all([1, {"k": 2}])) == [1, {"k": 2}]


def test_catch_all_of_other_classes() -> None:
    tasks = Tasks()
    parts = lambda: [tasks("fails", 1), tasks("fails", KeyError("k")), tasks("fails", OSError(5, "io"))]  # noqa: E731
    error = tasks.run(catch_all(parts(), (ValueError, OSError), tasks["recovers"]))
    assert isinstance(error, KeyError)
    tasks.run(catch_all(parts(), (ValueError, OSError), tasks["recovers"]))
    assert tasks.ran() == ["fails"] * 3
    found = tasks.run(catch(catch_all(parts(), (ValueError, OSError), tasks["recovers"]), KeyError, tasks["recovers"]))
    assert found == "saved from KeyError('k')"
    tasks.run(catch(catch_all(parts(), (ValueError, OSError), tasks["recovers"]), KeyError, tasks["recovers"]))
    assert tasks.ran() == []


def test_errors_of_lazy_operations() -> None:
    tasks = Tasks()
    make = lambda: SimpleExpression("getitem", (tasks("fine", [1]), 5))  # noqa: E731
    tasks.history(
        lambda: catch([make(), tasks("pair", make(), 0)], IndexError, tasks["recovers"]),
        (None, "saved from IndexError('list index out of range')", ["fine", "recovers"]),
        (None, "saved from IndexError('list index out of range')", []),
    )
    tasks.task("picks", lambda x: SimpleExpression("getitem", (tasks("fine", [x]), 5)))
    tasks.history(
        lambda: catch(tasks("picks", 2), IndexError, tasks["recovers"]),
        (None, "saved from IndexError('list index out of range')", ["picks", "fine"]),
        (None, "saved from IndexError('list index out of range')", []),
    )


def test_a_reduction_is_kept_although_what_it_reduces_to_fails() -> None:
    tasks = Tasks()
    for ran in (["outer", "fails"], ["fails"]):
        assert isinstance(tasks.run(tasks("outer", 1)), ValueError)
        assert tasks.ran() == ran
    tasks.task("fails", lambda x: x, "2")
    assert tasks.run(tasks("outer", 1)) == 1
    assert tasks.ran() == ["fails"]


def test_a_joined_call_that_fails_in_an_argument() -> None:
    tasks = Tasks()
    tasks.history(
        lambda: catch(
            [tasks("pair", tasks("fails", 1), 1), tasks("pair", 2, tasks("fails", 1)), tasks("outer", 1)],
            ValueError,
            tasks["recovers"],
        ),
        (None, SAVED, ["fails", "outer", "recovers"]),
        (None, SAVED, []),
    )


def test_what_is_written_of_it() -> None:
    tasks = Tasks()
    make = lambda: tasks("outer2", 1)  # noqa: E731
    tasks.task("outer2", lambda x: catch(tasks("outer", x), ValueError, tasks["recovers"]))
    tasks.run(make())
    store = tasks.world.store
    calls = {row[1]: row for row in store.rows(CALL)}
    assert set(calls) == {"fails", "outer", "outer2", "recovers"}
    values = {row[0]: row for row in store.rows(VALUE)}
    assert values[calls["fails"][4]][3] == "ValueError(1)"
    edges = {(row[0], row[2]) for row in store.rows(EDGE)}
    assert (calls["outer"][0], calls["fails"][0]) in edges
    states = {row[JOB.positions["task"]]: row[JOB.positions["state"]] for row in store.rows(JOB)}
    assert states == {"fails": "failed", "outer": "failed", "outer2": "ran", "recovers": "ran"}
    before = len(list(store.rows(TRACE)))
    tasks.run(make())
    assert len(list(store.rows(TRACE))) == before
    assert {job.outcome for job in tasks.world.execution.frontier.jobs} == {"cached"}


def test_wrong_clauses() -> None:
    tasks = Tasks()
    assert isinstance(tasks.run(catch(tasks("fails", 1), ValueError)), ValueError)
    assert isinstance(tasks.run(catch(tasks("fails", 1), "ValueError", tasks["recovers"])), TypeError)
    assert isinstance(tasks.run(catch(tasks("fails", 1), ValueError, 5)), TypeError)


def test_lazy_classes_and_recoveries() -> None:
    tasks = Tasks()
    tasks.task("which", lambda: [ValueError, tasks["recovers"]])
    which = tasks("which")
    for ran in (["which", "fails", "recovers"], []):
        assert tasks.run(catch(tasks("fails", 1), which[0], which[1])) == SAVED
        assert tasks.ran() == ran
    assert tasks.run(catch_all([tasks("fails", 1)], which[0], which[1])) == "saved from [ValueError(1)]"
