"""Several redunfiles of one project: what is relative to which folder, what is whose, and what names mean."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.front.redunfile.names.labels import names_for
from redo_py.front.redunfile.planning.listing import list_targets
from redo_py.front.redunfile.planning.planner import Planner
from redo_py.front.redunfile.planning.spelling import spelled_name, spelled_path
from redo_py.ground.errors import ErrorList, UsageError
from redo_py.values.encoding import digest_of
from tests.unit.front.redunfile.small_world import World, commands, planner, said


def planned(root: str, world: World | None = None, **others: str) -> Planner:
    """A planner for the redunfile `root`; `others` are the redunfiles in folders, `__` standing for `/`."""
    world = world or World({})
    world.files |= {f"{folder.replace('__', '/')}/redunfile.py": text for folder, text in others.items()}
    return planner(root, world)


def steps(plan: Planner, *targets: str, here: str = "") -> list[tuple[Any, ...]]:
    """(text, cwd) of the commands that targets stand for."""
    found = []
    for expression in plan.request(targets, here):
        for each in expression if isinstance(expression, tuple) else (expression,):
            found += [step[:2] for step in each.kwargs["steps"]]
    return found


COMPILE = """
@rule("build/{stem}.o")
def compile(out, stem):
    src = need(f"src/{stem}.c")
    sh(f"cc -I{need('//include/all.h')} -c {src} -o {out} {src.path} {src.parent} {src.with_suffix('.d')}", log=out)
"""


def test_paths_and_commands_belong_to_the_folder():
    plan = planned('include("sub")', World(("sub/src/a.c", "include/all.h")), sub=COMPILE)
    text = "cc -I../include/all.h -c src/a.c -o build/a.o src/a.c src src/a.d"
    assert steps(plan, "sub/build/a.o") == [(text, "sub")]
    (made,) = plan.request(["sub/build/a.o"])
    assert [file.path for file in made.kwargs["inputs"]] == ["sub/src/a.c", "include/all.h"]
    assert [out.path for out in made.kwargs["outputs"]] == ["sub/build/a.o"]
    assert made.kwargs["env"] == {"log": "build/a.o"}


def test_a_rule_that_moves_to_the_root_stays_the_same_call():
    world = World(("sub/src/a.c", "sub/tool.py"))
    below = planned(
        'include("sub")',
        world,
        sub="""
@rule("b.o")
def b(out):
    sh(f"python tool.py {need('src/a.c')} {out} $SRC", SRC=need("src/a.c"), stdin="src/a.c", depfile="b.d")
""",
    )
    above = planned(
        """
@rule("sub/b.o")
def other(out):
    a = need("sub/src/a.c")
    sh(f"python tool.py {a} {out} $SRC", SRC=a, stdin="sub/src/a.c", depfile="sub/b.d", cwd="sub")
""",
        world,
    )
    (one,), (other,) = below.request(["sub/b.o"]), above.request(["sub/b.o"])
    assert digest_of(one.kwargs) == digest_of(other.kwargs)
    assert (one.task_name, one.args) == (other.task_name, other.args)
    assert one.options["depfile"] == other.options["depfile"] == "sub/b.d"


def test_globs_sources_lines_and_stems():
    world = World({"sub/[x]/a.c": "", "sub/[x]/b.c": "", "a.c": "", "sub/[x]/list": "one\ntwo\n"})
    world.files["lib/redunfile.py"] = """
FILES = glob("../sub/[[]x]/*.c")
NAMES = [f.path for f in FILES]
LINES = lines("../sub/[x]/list")
STEMS = stems("//sub/[x]/{name}.c")
ALL = glob("//*.c", "//sub/**/*.c", exclude="../sub/*/b.c")
"""
    world.files["sub/[x]/redunfile.py"] = 'OWN = [f.path for f in glob("*.c")]\nsource("s*")\nassert len(OWN) == 2'
    plan = planned('include("sub/[x]")\nfrom .lib.redunfile import FILES, LINES, NAMES, STEMS, ALL', world)
    names = plan.redunfile.scope.names
    assert [file.path for file in names["FILES"]] == ["sub/[x]/a.c", "sub/[x]/b.c"]
    assert names["NAMES"] == ["../sub/[x]/a.c", "../sub/[x]/b.c"]
    assert names["LINES"] == ["one", "two"]
    assert names["STEMS"] == ["a", "b"]
    assert [file.path for file in names["ALL"]] == ["a.c", "sub/[x]/a.c"]
    assert plan.redunfile.units["sub/[x]"].scope.names["OWN"] == ["a.c", "b.c"]
    assert plan.owners.is_source("sub/[x]/s.c")
    assert not plan.owners.is_source("s.c")


def test_braces_in_a_folder_are_no_placeholders():
    plan = planned(
        'include("a{b}")', World({}), **{"a{b}": '@rule("{s}.o")\ndef r(out, s):\n    sh(f"touch {out} {s}")\n'}
    )
    assert steps(plan, "a{b}/x.o") == [("touch x.o x", "a{b}")]


NAMES = """
group("all", "a.txt", "//:lint")
group("more", ":all", "//sub/b.txt", "//lib:all")

@rule("a.txt")
def a(out):
    sh(f"echo a > {out}")

@rule("b.txt", "//elsewhere/c.txt")
def b(out):
    sh(f"echo b | tee {out}")

@action
def greet(name="you"):
    sh(f"echo {name}")
"""


def tree() -> Planner:
    return planned(
        """
include("sub", "lib")

@check
def lint():
    sh("true")

@rule("top.txt")
def top(out):
    sh(f"cat {need('//lib:all', 'sub/a.txt')} > {out}")

group("bad", "//sub:all")
""",
        sub=NAMES,
        lib='default("x", ":all")\ngroup("all", "x")\n@rule("x")\ndef x(out):\n    sh(f"touch {out}")',
    )


@pytest.mark.parametrize(
    ("target", "here", "found"),
    [
        ("//sub:all", "", ["sub/a.txt", "lint"]),
        ("all", "sub", ["sub/a.txt", "lint"]),
        ("all", "sub/deep/er", ["sub/a.txt", "lint"]),
        (":all", "sub/deep", ["sub/a.txt", "lint"]),
        ("//sub:more", "lib", ["sub/a.txt", "lint", "sub/b.txt", "lib/x"]),
        ("lint", "sub", ["lint"]),
        ("//:lint", "sub", ["lint"]),
        ("a.txt", "sub", ["sub/a.txt"]),
        ("./a.txt", "sub", ["sub/a.txt"]),
        ("../sub/a.txt", "lib", ["sub/a.txt"]),
        ("//sub/a.txt", "lib", ["sub/a.txt"]),
        ("//elsewhere/c.txt", "lib", ["sub/b.txt"]),
        ("//sub/./:all", "", ["sub/a.txt", "lint"]),
        ("//...", "sub", ["sub/a.txt", "lint", "sub/b.txt", "lib/x", "top.txt"]),
        ("...", "", ["sub/a.txt", "lint", "sub/b.txt", "lib/x", "top.txt"]),
        ("...", "lib", ["lib/x"]),
        ("//sub/...", "", ["sub/a.txt", "lint", "sub/b.txt", "lib/x"]),
        ("../elsewhere/...", "lib", ["sub/b.txt"]),
    ],
)
def test_targets_of_the_command_line(target: str, here: str, found: list[str]):
    (made,) = tree().request([target], here)
    assert [each.options["origin"] for each in (made if isinstance(made, tuple) else (made,))] == found


def test_names_are_origins():
    plan = tree()
    assert [each.options["origin"] for each in plan.request(["//sub:greet", "lint"])] == ["//sub:greet", "lint"]
    assert plan.request_action("//sub:greet", ["--name", "x"]).kwargs["steps"][0][0] == "echo x"


def test_what_is_needed_across_files():
    plan = planned(
        'include("sub")\n@rule("t")\ndef t(out):\n    need("//sub:c", order_only=True)\n'
        "    sh(f\"cat {need('//sub:g')} {need('//sub:v')} > {out}\")\n",
        sub='from m import f\ngroup("g", "x", "../y")\nv = f(1)\n@check\ndef c():\n    sh("true")\n'
        '@rule("x")\ndef x(out):\n    sh(f"touch {out}")\n@rule("../y")\ndef y(out):\n    sh(f"touch {out}")\n',
    )
    (made,) = plan.request(["t"])
    assert made.options["after"][0].options["origin"] == "//sub:c"
    assert [each.args[1] for each in made.kwargs["inputs"][:2]] == ["sub/x", "y"]


def test_a_group_with_a_check_of_another_file_makes_no_file():
    plan = planned(
        'include("sub")\n@rule("t")\ndef t(out):\n    need("//sub:g")\n    sh(f"touch {out}")\n'
        '@check\ndef c():\n    sh("x")',
        sub='group("g", "x", "//:c")',
    )
    assert said(plan.request, ["t"]).startswith("sub/redunfile.py:1:1: the check `c` makes no file")


@pytest.mark.parametrize(
    ("here", "found"),
    [("sub", ["sub/a.txt", "lint"]), ("lib", ["lib/x"]), ("", ["sub/a.txt", "lint", "top.txt", "lib/x"])],
)
def test_defaults_are_those_of_the_file_at_hand(here: str, found: list[str]):
    """The root has neither `default` nor `all`: it builds what it has, and what those that it includes build."""
    assert [each.options["origin"] for each in tree().request([], here)] == found


def test_without_anything_of_its_own_a_redunfile_builds_what_it_includes():
    rule = '@rule("x")\ndef x(out):\n    sh(f"touch {out}")\n'
    plan = planned('include("one", "two")', one='include("../two")\n' + rule, two=rule)
    assert [each.options["origin"] for each in plan.request([])] == ["one/x", "two/x"]


def test_what_is_private_and_what_is_imported():
    plan = planned(
        """
from .sub.redunfile import FLAGS, MODE, LINK, link as linked, MADE, score
mode = config("mode", "root")
pool("link", 5)
group("made", linked)

@rule("out", pool=LINK)
def out_(out):
    sh(f"echo {FLAGS} {MODE} {MADE} > {out}")
""",
        World({}, overrides={"//sub:mode": "fast"}, env={"CC": "gcc"}, settings={"mode": "set"}),
        sub="""
from m import f
FLAGS = ["-a", env("CC")]
MODE = config("mode", "slow")
LINK = pool("link", 1)
MADE = need("made")
score = f(1)

@rule("made", pool="link")
def link(out):
    sh(f"touch {out} $CC")
""",
    )
    redunfile = plan.redunfile
    assert redunfile.pools == {"//sub:link": 1, "link": 5}
    assert {name: each.value for name, each in redunfile.configs.items()} == {"//sub:mode": "fast", "mode": "set"}
    assert list(redunfile.lazies) == ["//sub:score"], "what is imported is no target a second time"
    (made, out) = plan.request(["made", "out"])
    assert (made.options["pool"], out.options["pool"]) == ("//sub:link", "//sub:link")
    assert made.kwargs["env"] == {"CC": "gcc"}
    assert out.kwargs["env"] == {}
    assert out.kwargs["steps"][0][0] == "echo -a gcc fast sub/made > out"


TOOLS = """
GEN = need("gen.py")
_count = 3

def generated(source, out):
    need("notes.txt")
    sh(f"python {GEN} {need(source)} {out} {_count}")

def program(name):
    @rule(f"bin/{name}")
    def link(out):
        sh(f"cc {need(name + '.o')} -o {out}")
"""


def test_an_imported_function_works_where_it_is_called():
    world = World(("tools/gen.py", "sub/a.in", "sub/notes.txt", "notes.txt", "a.in"))
    plan = planned(
        'include("sub")\nfrom .tools.redunfile import program\nprogram("one")\nsource("*.o")',
        world,
        tools=TOOLS,
        sub="""
from ..tools.redunfile import generated, program

program("two")

@rule("a.out")
def a(out):
    generated("a.in", out)
""",
    )
    assert steps(plan, "sub/a.out") == [("python ../tools/gen.py a.in a.out 3", "sub")]
    (made,) = plan.request(["sub/a.out"])
    assert [file.path for file in made.kwargs["inputs"]] == ["sub/notes.txt", "sub/a.in", "tools/gen.py"]
    assert [recipe.patterns[0].text for recipe in plan.redunfile.rules] == ["sub/bin/two", "sub/a.out", "bin/one"]
    world.files |= {"one.o": "", "sub/two.o": ""}
    assert steps(plan, "bin/one") == [("cc one.o -o bin/one", "")]


def test_lazy_values_below_the_root():
    plan = planned(
        'include("sub")',
        sub="""
from m import f
FILES = need(f("list"))

@rule("out")
def r(out):
    sh(f"cat {FILES} {f(out)} x{f(1).path} > {out}", a=f(2), b=need(f(3)))
""",
    )
    (made,) = plan.request(["sub/out"])
    (text, cwd, _, _) = made.kwargs["steps"][0]
    assert cwd == "sub"
    holes = [part[1] for part in text.args[0] if not isinstance(part, str)]
    assert [hole.op for hole in holes] == ["from_folder"] * 3
    assert [hole.args[1] for hole in holes] == ["sub"] * 3
    needed = holes[0].args[0]
    assert (needed.form, needed.args[0].op, needed.args[0].args[1]) == ("need", "from_root", "sub")
    variables = made.kwargs["env"]
    assert [(each.op, each.args[0].op) for each in variables.values()] == [("variable_text", "from_folder")] * 2


def test_a_file_that_is_included_twice_is_read_once():
    world = World({})
    plan = planned(
        'include("one")\ninclude("two", "one")\nfrom .two.redunfile import X',
        world,
        one='from ..two.redunfile import X\ngroup("g", X)',
        two='X = "x"\ngroup("h", X)',
    )
    assert list(plan.redunfile.units) == ["", "one", "two"]
    assert plan.redunfile.files() == ["redunfile.py", "one/redunfile.py", "two/redunfile.py"]
    assert plan.redunfile.root.includes == {"one": None, "two": None}


def test_includes_in_loops_and_functions():
    plan = planned(
        'def all_of(*names):\n    for name in names:\n        include(f"parts/{name}")\n\nall_of("a", "b c")',
        World({}),
        parts__a="A = 1",
        **{"parts__b c": "B = 1"},
    )
    assert list(plan.redunfile.units) == ["", "parts/a", "parts/b c"]


def test_what_is_too_deep_is_an_error():
    world = World({f"d{number}/redunfile.py": f'include("../d{number + 1}")' for number in range(40)})
    with pytest.raises(ErrorList) as caught:
        planned('include("d0")', world)
    assert str(caught.value) == (
        "d28/redunfile.py:1:1: more than 30 redunfiles include each other in a row\n"
        '     1 | include("../d29")\n'
        "       | ^\n"
        "  hint: include them from one place: an include may name folders at any depth"
    )


def test_names_that_use_what_failed_are_no_errors_of_their_own():
    with pytest.raises(ErrorList) as caught:
        planned("from .sub.redunfile import A, B\nC = A + B\nD = C\nE = nothing", sub="A = wrong\nB = 1")
    assert [str(error.span) for error in caught.value.errors] == ["redunfile.py:4:5", "sub/redunfile.py:1:5"]


def test_the_list_of_all_targets():
    plan = tree()
    targets = list_targets(plan.redunfile, "lib")
    assert [(each.name, each.is_default) for each in targets] == [
        ("bad", False),
        ("lint", False),
        ("top.txt", False),
        ("//sub:all", False),
        ("//sub:more", False),
        ("//sub:greet", False),
        ("sub/a.txt", False),
        ("sub/b.txt", False),
        ("elsewhere/c.txt", False),
        ("//lib:all", True),
        ("lib/x", True),
    ]


def test_the_defaults_of_a_folder_that_says_nothing_are_all_that_it_can_make_and_those_that_it_includes():
    rule = '@rule("{}")\ndef {}(out):\n    sh(f"x {{out}}")\n'
    top = 'include("sub")\nGROUP = group("some", "//sub/b.txt")\n' + rule.format("a.txt", "a")
    sub = 'include("deep")\n' + rule.format("b.txt", "b") + rule.format("{n}.o", "o").replace("(out)", "(out, n)")
    world = World({"sub/deep/redunfile.py": rule.format("c.txt", "c") + 'group("all", "c.txt")\n'})
    plan = planned(top, world, sub=sub)

    def stars(here: str) -> list[str]:
        return [each.name for each in list_targets(plan.redunfile, here) if each.is_default]

    assert stars("") == ["some", "a.txt", "sub/b.txt", "//sub/deep:all"]
    assert stars("sub") == ["sub/b.txt", "//sub/deep:all"]
    assert stars("sub/deep") == ["//sub/deep:all"]


@pytest.mark.parametrize(
    ("name", "here", "written"),
    [
        ("lint", "", "lint"),
        ("lint", "sub", "lint"),
        ("//sub:all", "", "//sub:all"),
        ("//sub:all", "sub/deep", "all"),
        ("//lib:all", "sub", "//lib:all"),
    ],
)
def test_how_a_name_is_written(name: str, here: str, written: str):
    assert spelled_name(tree().redunfile, name, here) == written


def test_a_name_of_the_root_that_is_hidden():
    plan = planned('include("sub")\ngroup("all", "x")', sub='group("all", "y")')
    assert spelled_name(plan.redunfile, "all", "sub") == "//:all"


def test_how_a_path_is_written():
    assert spelled_path("sub/a", "") == "sub/a"
    assert spelled_path("sub/a", "sub") == "a"
    assert spelled_path("sub/a", "lib") == "//sub/a"


def test_what_records_may_call_a_target():
    assert names_for("test", "sub/deep") == ["//sub/deep:test", "//sub:test", "test", "sub/deep/test"]
    assert names_for("./test", "sub") == ["sub/test"]
    assert names_for("//sub:test", "lib") == ["//sub:test", "sub:test"]
    assert names_for("//:test", "lib") == ["test", ":test"]
    assert names_for("//sub/x", "lib") == ["sub/x"]


def test_commands_of_a_root_alone_are_as_they_were():
    plan = planned('@rule("o")\ndef r(out):\n    sh(f"cat {need(\'a\')} > {out}", cwd="d")\n', World(("a",)))
    assert commands(plan, "o") == ["cat ../a > ../o"]


def test_a_default_may_be_empty_today():
    assert planner('group("all", [])\n').request([]) == []
    assert planner("default([])\n").request([]) == []
    with pytest.raises(UsageError, match="nothing to build by default"):
        planner("X = 1\n").request([])
