"""Files that change while they are being read: nothing wrong is ever remembered."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.records import TRACE
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


class Compiler:
    """The script of `cc OUT IN...`: out is what it read; `during` are edits made while it runs, one for each run."""

    def __init__(self, world: World, discovers: tuple[str, ...] = ()) -> None:
        self.world = world
        self.discovers = discovers
        self.during: list[Any] = []

    def __call__(self, files: Any, spec: Any) -> tuple[str, ...]:
        _, *names = spec.steps[0].text.split()
        content = b"".join(files.read(name) for name in (*names, *self.discovers) if files.exists(name))
        if self.during:
            self.during.pop(0)()
        files.write(spec.outputs[0], content)
        return self.discovers


def compiling(*discovers: str) -> tuple[World, Compiler]:
    world = World()
    world.files.write("a", b"a1 ")
    world.files.write("h", b"h1 ")
    compiler = Compiler(world, discovers)
    world.scripts["cc"] = compiler
    return world, compiler


def build(world: World, **settings: Any) -> Any:
    world.rules.clear()
    return world.run(world.rule("o", "cc a", ["a"]), **settings)


def test_an_input_that_changes_while_a_job_runs_makes_it_run_again() -> None:
    world, compiler = compiling()
    compiler.during = [lambda: world.files.write("a", b"a2 ")]
    assert build(world).state == JobState.DONE
    assert world.ran == ["o", "o"]
    assert world.files.read("o") == b"a2 "
    assert world.journal.of("retried") == ["o"]
    build(world)
    assert world.ran == []
    world.files.write("a", b"a1 ")
    build(world)
    assert world.ran == ["o"], "what was made of a mixture is not remembered for a1"
    assert world.files.read("o") == b"a1 "


def test_an_input_that_always_changes_fails_in_the_end() -> None:
    world, compiler = compiling()
    compiler.during = [lambda: world.files.write("a", world.files.read("a") + b"+")] * 9
    root = build(world)
    assert world.ran == ["o"] * 4
    assert str(root.error) == (
        "redun: a changes while it is being read\n"
        "  hint: o ran four times and its input was different each time: find what writes it during the build"
    )
    assert not world.files.exists("o")
    assert list(world.store.rows(TRACE)) == []


def test_a_touch_while_a_job_runs_costs_a_run_and_nothing_else() -> None:
    world, compiler = compiling()
    compiler.during = [lambda: world.files.touch("a")]
    build(world)
    assert world.ran == ["o", "o"]
    assert world.files.read("o") == b"a1 "


def test_a_discovered_input_that_changes_while_a_job_runs() -> None:
    world, compiler = compiling("h")
    compiler.during = [lambda: world.files.write("h", b"h2 ")]
    build(world)
    assert world.ran == ["o", "o"]
    assert world.files.read("o") == b"a1 h2 "
    build(world)
    assert world.ran == []


def test_a_discovered_input_that_was_seen_before_and_changes() -> None:
    world, compiler = compiling("h")
    build(world)
    world.files.write("a", b"a2 ")
    compiler.during = [lambda: world.files.write("h", b"h2 ")]
    build(world)  # h was looked at for the old trace
    assert world.ran == ["o", "o"]
    assert world.files.read("o") == b"a2 h2 "


def test_a_discovered_input_within_the_tick_is_used_but_not_remembered() -> None:
    world, _compiler = compiling("h")
    execution = world.begin()
    world.files.clock.move(10)
    world.files.write("h", b"h2 ")
    world.files.clock.move(0.001)
    assert run(execution, world.rule("o", "cc a", ["a"])).state == JobState.DONE
    assert world.files.read("o") == b"a1 h2 "
    assert execution.volatile
    assert list(world.store.rows(TRACE)) == []
    build(world)
    assert world.ran == ["o"]
    build(world)
    assert world.ran == []


def test_a_discovered_input_that_is_gone_afterwards() -> None:
    world, compiler = compiling("h")
    compiler.during = [lambda: world.files.remove("h")]
    build(world)
    build(world)
    world.files.write("h", b"h3 ")
    build(world)
    assert world.files.read("o") == b"a1 h3 "


def test_a_job_that_changes_the_source_of_another_target() -> None:
    for jobs in (1, 3):
        world, compiler = compiling()
        world.files.write("b", b"b1 ")

        def plan(world: World = world) -> Any:
            world.rules.clear()
            return [world.rule("o", "cc a", ["a"]), world.rule("p", "cc b", ["b"])]

        compiler.during = [lambda world=world: world.files.write("b", b"b2 ")]
        assert world.run(plan(), jobs=jobs).state == JobState.DONE
        world.run(plan())
        assert (world.files.read("o"), world.files.read("p")) == (b"a1 ", b"b2 ")
        world.files.write("b", b"b1 ")
        world.run(plan())
        assert world.files.read("p") == b"b1 "


def test_a_source_that_two_jobs_share_and_one_saw_change() -> None:
    world, compiler = compiling()
    shared = File("a")
    world.files.write("b", b"b")
    compiler.during = [lambda: world.files.write("a", b"a2 ")]
    root = world.run([world.rule("o", "cc a", ["a"]), world.rule("p", "cc a b", ["a", "b"]), shared], jobs=2)
    assert root.state == JobState.DONE
    assert (world.files.read("o"), world.files.read("p")) == (b"a2 ", b"a2 b")
    assert shared.digest == b"", "what the user made is not written to"


def test_an_argument_used_in_two_executions_is_looked_at_twice() -> None:
    world = World()
    world.files.write("a", b"1")

    def size(file: File) -> int:
        return len(world.files.read(file.path))

    call = world.task(size)(File("a"))
    assert world.run(call).value == 1
    world.files.write("a", b"22")
    assert world.run(call).value == 2


def test_a_file_that_a_task_writes_and_returns_is_looked_at_after_it_ran() -> None:
    world = World()
    world.files.write("out", b"old")

    def writes(text: str) -> File:
        world.files.write("out", text.encode())
        return File("out")

    def reads(file: File) -> bytes:
        return world.files.read(file.path)

    writes_, reads_ = world.task(writes), world.task(reads)
    assert world.run([reads_(File("out")), reads_(writes_("new"))], jobs=1).value[1] == b"new"
    assert world.run(reads_(writes_("newer"))).value == b"newer"
    assert world.run(reads_(writes_("newer"))).value == b"newer"
    assert world.ran == []
    assert world.run(reads_(writes_("new"))).value == b"new"


def test_a_function_of_a_run_that_changes_what_it_is_given_runs_once_and_is_not_remembered() -> None:
    world = World()

    def adds(file: File, *others: File) -> bytes:
        for each in (file, *others):
            world.files.write(each.path, world.files.read(each.path) + b"+")
        return world.files.read(file.path)

    def reads(file: File, after: Any) -> bytes:
        return world.files.read(file.path)

    adding, reading = world.task(adds), world.task(reads)
    world.files.write("a", b"a")
    world.files.write("b", b"b")
    for number in (1, 2):
        added = adding(File("a"), File("b"))
        values = world.run([added, reading(File("b"), added)], repeats=False).value
        assert values == [b"a" + b"+" * number, b"b" + b"+" * number], "what comes later sees what it left"
        assert world.ran == ["adds", "reads"]
    told = "changed while adds ran: its result is used now, and not remembered"
    assert [text for text in world.journal.of("notice") if text.endswith(told)] == [f"a {told}"]


def test_of_many_such_functions_ten_are_told() -> None:
    world = World()

    def removes(file: File) -> None:
        world.files.remove(file.path)

    removing = world.task(removes)
    for number in range(12):
        world.files.write(f"f{number}", b"x")
    world.run([removing(File(f"f{number}")) for number in range(12)], repeats=False)
    assert world.ran == ["removes"] * 12
    notices = [text for text in world.journal.of("notice") if "changed while removes ran" in text]
    assert len(notices) == 10
    assert notices[-1].endswith("not remembered; others are not told of")


def test_what_a_rule_makes_and_a_job_reads_unasked() -> None:
    world, _compiler = compiling("gen")
    world.rule("gen", "cat h", ["h"])
    root = world.run([world.rules["gen"], world.rule("o", "cc a", ["a"])])
    assert str(root.error) == (
        "redun: o read gen, which a rule makes, without depending on it\n"
        '  hint: add `need("gen", order_only=True)` so that it is made first; what is read stays discovered'
    )
    assert not world.files.exists("o")


def test_a_discovered_path_that_a_rule_makes_since_then() -> None:
    world, _compiler = compiling("h")
    build(world)
    world.files.write("b", b"b")
    world.rules.clear()
    world.rule("h", "cat b", ["b"])
    root = world.run(world.rule("o", "cc a", ["a"]))
    assert root.error is not None
    assert getattr(root.error, "code", "") == "undeclared-dependency"
    world.rules.clear()
    world.rule("h", "cat b", ["b"])
    assert world.run(world.rule("o", "cc a", ["a"], after=["h"])).state == JobState.DONE
    assert world.files.read("o") == b"a1 b"


def test_a_dependency_of_the_caller_is_one_of_the_call() -> None:
    """A task that was given what a rule makes reduces to a command that discovers it."""
    world, _compiler = compiling("gen")
    world.rule("gen", "cat h", ["h"])

    def compiles(header: File) -> Any:
        return world.rule("o", "cc a", ["a"])

    compiles_ = world.task(compiles)
    assert world.run(compiles_(world.file("gen"))).state == JobState.DONE
    assert world.files.read("o") == b"a1 h1 "


def test_a_rule_that_nobody_needs_any_more_is_not_made_for_an_old_trace() -> None:
    world, compiler = compiling("gen")
    world.rule("gen", "cat h", ["h"])
    world.run(world.rule("o", "cc a", ["a"], after=["gen"]))
    compiler.discovers = ()
    world.rules.clear()
    world.rule("gen", "fails h", ["h"])
    assert world.run(world.rule("o", "cc a", ["a"])).state == JobState.DONE
    assert world.ran == ["o"]
