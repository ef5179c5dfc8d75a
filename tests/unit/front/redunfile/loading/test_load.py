"""What loading a redunfile gives: values, declarations and what was read."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.front.redunfile.evaluation.texts import Template
from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.loading.load import load
from redo_py.ground.errors import ErrorList
from redo_py.ir.expression import QuotedExpression, SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.values.file import File
from tests.unit.front.redunfile.small_world import Kind, World, loaded


def value(expression: str, world: World | None = None, before: str = "") -> Any:
    """The value of `X = expression`."""
    return loaded(f"from pipeline import f, g\n{before}\nX = {expression}\n", world).scope.names["X"]


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 2 * 3 - 4 // 3", "7 / 2", "7 % 4", "-7 // 2", "1.5 + 1", "'a' + 'b' * 3", "[1] + [2, 3]", "(1,) + (2,)",
        "[1, 2] * 2", "[1, 2, 3][1:]", "[1, 2, 3][-1]", "'abc'[1]", "'abc'[:2]", "{'a': 1}['a']", "1 < 2 < 3",
        "'a' in 'abc'", "1 not in [2]", "'a' in {'a': 1}", "None is None", "1 == 1.0", "[1] == [1]",
        "1 if [] else 2", "'' or 'x'", "0 and 1", "not []", "[x * y for x in [1, 2] for y in [3, 4] if x < y - 1]",
        "{k: v for k, v in [('a', 1), ('b', 2)]}", "sorted([3, 1, 2], reverse=True)", "list(reversed([1, 2]))",
        "list(enumerate(['a'], 1))", "list(zip([1, 2], ['a', 'b']))", "min(3, 1)", "max([1, 5])", "sum([1, 2])",
        "any(x > 1 for x in [1, 2])", "all([])", "len('abc')", "len({'a': 1})", "int('42')", "float('1.5')", "str(12)",
        "bool('')", "list((1, 2))", "tuple([1])", "dict([('a', 1)], b=2)", "list(range(2, 8, 3))",
        "' '.join(['a', 'b'])", "'a-b'.split('-')", "' x '.strip()", "'abc'.replace('b', 'x')", "'ab'.startswith('a')",
        "'ab'.removesuffix('b')", "'Ab'.upper() + 'Ab'.lower()", "'a\\nb'.splitlines()", "list({'a': 1}.items())",
        "{'a': 1}.get('b', 3)", "list({'a': 1}.keys()) + list({'a': 1}.values())", "str(f'{3:03d}')",
        "str(f'{\"x\":>4}')", "str(f'a{1}b{\"c\"}')", "f'{1}' == '1'", "{f'{1}': 2}", "[f'{1}'] + ['2']",
        "str(f'{1}' + 'x' + f'{2}')", "[1, 2] < [1, 3]", "'x' * 0", "3 > 2.5", "(1, 'a') == (1, 'a')",
    ],
)  # fmt: skip
def test_values_are_those_of_python(expression: str):
    assert value(expression) == eval(expression)  # the oracle


def test_an_f_string_keeps_its_holes_until_a_text_is_needed():
    made = value("f'-I{D} -O2'", before="D = ['a', 'b']\n")
    assert isinstance(made, Template)
    assert made.values == [["a", "b"]]


def test_lists_and_tuples_stay_what_they_are():
    assert type(value("[1] + [2]")) is list
    assert type(value("(1,) + (2,)")) is tuple


def test_a_long_sum_does_not_recurse():
    assert value(" + ".join(["1"] * 150)) == 150


# ---- lazy values


def test_a_call_of_an_imported_function_is_lazy():
    made = value("f(1, b=[2])")
    assert isinstance(made, TaskExpression)
    assert (made.args, made.kwargs, made.span and made.span.line) == ((1,), {"b": [2]}, 3)


def test_operators_on_lazy_values_are_lazy():
    assert repr(value("f(1)['a'].b + 2")) == "(pipeline.f(1)['a'].b + 2)"
    assert repr(value("-f(1) * 2 < 3")) == "(((-pipeline.f(1)) * 2) < 3)"
    assert repr(value("f(1)[1:]")) == "pipeline.f(1)[1:]"
    assert repr(value("len(f(1))")) == "len(pipeline.f(1))"
    assert repr(value("[1, 2][f(1)]")) == "[1, 2][pipeline.f(1)]"
    assert repr(value("max(1, f(2))")) == "max([1, pipeline.f(2)])"
    assert repr(value("f(1)(2)")) == "pipeline.f(1)(2)"
    assert repr(value("'-'.join(['a', f(1)])")) == "'-'.join(['a', pipeline.f(1)])"


def test_a_lazy_text():
    assert repr(value("str(f'a{f(1)}b')")) == "str(format('a', (pipeline.f(1), ''), 'b'))"
    assert repr(value("f(f'{g(1)}.txt')")) == "pipeline.f(format('', (pipeline.g(1), ''), '.txt'))"


def test_a_lazy_conditional_is_the_form_cond():
    made = value("need('a') if f(1) else 'b'")
    assert isinstance(made, SchedulerExpression)
    assert made.form == "cond"
    assert made.args[2] == "b"


def test_a_list_over_a_lazy_value_is_the_form_map():
    made = value("[g(x, k) for x, k in f(1)]")
    assert made.form == "map"
    body, name, over = made.args
    assert (name, over.task_name) == ("item0", "pipeline.f")
    assert isinstance(body, QuotedExpression)
    parts = "unpack(item0, 2)"
    assert repr(body) == f"quote(pipeline.g({parts}[0], {parts}[1]))"


def test_the_name_of_the_loop_is_no_part_of_a_map():
    assert repr(value("[g(x) for x in f(1)]")) == repr(value("[g(y) for y in f(1)]"))


def test_nested_maps_have_names_of_their_own():
    made = value("[[g(x, y) for y in f(x)] for x in f(1)]")
    assert made.args[1] == "item0"
    assert made.args[0].expression.args[1] == "item1"


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("[x for x in f(1) if x]",
         "flat(map(quote(cond(item0, [item0], [])), 'item0', pipeline.f(1)))"),
        ("[x for y in [1, 2] for x in f(y)]",
         ("flat([map(quote(item0), 'item0', pipeline.f(1)),"
         " map(quote(item0), 'item0', pipeline.f(2))])")),
        ("[x + y for x in f(1) for y in f(x)]",
         ("flat(map(quote(map(quote((item0 + item1)), 'item1',"
         " pipeline.f(item0))), 'item0', pipeline.f(1)))")),
        ("[x for x in [1, 2, 3] if x == 2 or x == 3 if f(x)]",
         "flat([cond(pipeline.f(2), [2], []), cond(pipeline.f(3), [3], [])])"),
        ("[x + y for x in f(1) for y in [1, 2]]",
         "flat(map(quote([(item0 + 1), (item0 + 2)]), 'item0', pipeline.f(1)))"),
        ("[x for x in f(1) if 1 == 2]", "flat(map(quote([]), 'item0', pipeline.f(1)))"),
        ("[x for x in [1] for y in [2] if x == y]", "[]"),
    ],
)  # fmt: skip
def test_conditions_and_lists_that_are_known_later(expression: str, made: str):
    assert repr(value(expression)) == made


def test_a_need_under_a_lazy_condition_is_one_of_that_branch_at_the_top_level_too():
    assert repr(value("f(need('a')) if g(1) else need('b')")) == (
        "cond(pipeline.g(1), pipeline.f(need('a', False)), need('b', False))"
    )


def test_lines_of_a_file_that_is_needed_are_lazy():
    made = value("lines(need('list.txt'))")
    assert (made.task_name, made.args) == ("redun.lines", (File("list.txt"),))


def test_unpacking_a_lazy_value():
    names = loaded("from p import f\nA, B = f(1)\n").scope.names
    assert isinstance(names["B"], SimpleExpression)
    assert repr(names["B"]) == "unpack(p.f(1), 2)[1]"


def test_lazy_names_are_targets_unless_private():
    made = loaded("from p import f\nscore = f(1)\n_hidden = f(2)\nmany = [f(3), 4]\nplain = 1\n")
    assert list(made.lazies) == ["score", "many"]


# ---- scopes


def test_each_turn_of_a_loop_has_names_of_its_own():
    text = """
TOTAL = []
for a in ["x", "y"]:
    name = a + "1"
    for b in [1, 2]:
        TOTAL += [f"{name}{b}"]
"""
    assert loaded(text).scope.names["TOTAL"] == ["x11", "x12", "y11", "y12"]


def test_a_name_may_be_bound_once_in_each_branch():
    text = "A = 1\nif A == 1:\n    B = 'one'\nelif A == 2:\n    B = 'two'\nelse:\n    B = 'more'\n"
    assert loaded(text).scope.names["B"] == "one"


def test_functions_take_arguments_like_those_of_python():
    text = """
def join(first, *rest, sep="-", end=""):
    if not rest:
        return first + end
    return sep.join([first, *[]] + list(rest)) + end


A = join("a")
B = join("a", "b", "c", sep="+")
C = join(first="a", end="!")
D = join(*["a", "b"], **{"end": "."})
""".replace("[first, *[]]", "[first]")
    names = loaded(text).scope.names
    assert [names[name] for name in "ABCD"] == ["a", "a+b+c", "a!", "a-b."]


def test_a_function_may_use_a_name_that_is_bound_later():
    names = loaded("def use():\n    return LATER + 1\n\n\nLATER = 1\nA = use()\n").scope.names
    assert names["A"] == 2


def test_a_function_captures_what_is_bound_when_it_is_defined():
    text = "X = [1]\n\n\ndef use():\n    return X\n\n\nX += [2]\nA = use()\n"
    assert loaded(text).scope.names["A"] == [1]


def test_built_ins_may_be_shadowed_by_parameters():
    assert loaded("def double(env):\n    return env * 2\n\n\nA = double(2)\n").scope.names["A"] == 4


def test_values_never_change():
    names = loaded("A = [1]\nB = A\nB += [2]\n").scope.names
    assert (names["A"], names["B"]) == ([1], [1, 2])


# ---- windows


def test_everything_that_is_read_is_recorded():
    world = World(
        {"src/b.c": "", "src/a.c": "", "src/.hidden.c": "", "list.txt": "x\ny\n"},
        {"CC": "gcc -m32"},
        settings={"jobs": 4},
    )
    text = """
CC = words(env("CC", "cc"))
AR = env("AR", "ar")
SOURCES = glob("src/*.c", exclude="src/b*")
NAMES = lines("list.txt")
JOBS = config("jobs", 1)
MODE = config("mode", "release")
"""
    made = loaded(text, world)
    names = made.scope.names
    assert (names["CC"], names["AR"], names["NAMES"], names["JOBS"]) == (["gcc", "-m32"], "ar", ["x", "y"], 4)
    assert [file.path for file in names["SOURCES"]] == ["src/a.c"]
    reads = made.reads
    assert reads.env == {"CC": "gcc -m32", "AR": None}
    assert reads.globs == {("src/*.c", ("src/b*",)): ["src/a.c"]}
    assert (reads.files, reads.texts, reads.absent) == ({"list.txt": True}, ["list.txt"], [])
    assert reads.configs == {"jobs": 4, "mode": None}


def test_minus_d_has_the_type_of_the_default():
    world = World(overrides={"jobs": "8", "fast": "no", "ratio": "2.5", "names": "a,b", "mode": "x"})
    text = """
A = config("jobs", 1)
B = config("fast", True)
C = config("ratio", 1.0)
D = config("names", [])
E = config("mode", "y", choices=["x", "y"])
"""
    made = loaded(text, world)
    assert [made.scope.names[name] for name in "ABCDE"] == [8, False, 2.5, ["a", "b"], "x"]
    assert made.configs["jobs"].default == 1


def test_a_setting_of_another_type_is_refused():
    with pytest.raises(ErrorList) as caught:
        loaded('A = config("jobs", 1)\n', World(settings={"jobs": "many"}))
    assert "`jobs` of [config] is a text, not a number" in str(caught.value)


def test_a_file_that_cannot_be_read():
    class Locked(World):
        def read_text(self, path: str) -> str:
            raise PermissionError(13, "Permission denied")

    with pytest.raises(ErrorList) as caught:
        loaded('A = lines("x")\n', Locked(("x",)))
    assert "cannot read x: Permission denied" in str(caught.value)


def test_stems_list_what_exists():
    world = World(("data/a_R1.gz", "data/sub/b_R1.gz", "data/c_R2.gz", "out/x/y.o"))
    assert value('stems("data/{sample}_R1.gz")', world) == ["a", "sub/b"]
    assert value('stems("out/{dir}/{name}.o")', world) == [("x", "y")]


def test_constants_come_from_modules_without_importing_them():
    world = World(constants={"FLAGS": ["-O2"]})
    made = loaded("from settings import FLAGS, build as b\nA = FLAGS + ['-g']\nB = b(1)\n", world)
    assert made.scope.names["A"] == ["-O2", "-g"]
    assert world.tasks == []


def test_an_empty_glob_is_a_warning():
    assert [str(each.code) for each in loaded('A = glob("*.c")\n').warnings] == ["empty-glob"]


# ---- declarations


def test_declarations():
    text = '''"""A project."""
pool("link", 2)


@rule("gen/{n}.c", h="gen/{n}.h", retries=2, timeout="5m", temp=True, pool="link", where={"n": ["a", "b"]})
def gen(out, n):
    """Generate.

    More."""
    sh(f"gen {n}")


@action("release")
def publish(tag: str, *, dry_run=False):
    sh("true")


@check
def test():
    sh("true")


group("all", "gen/a.c")
default("all", test)
source("gen/hand.c")
'''
    made = loaded(text)
    rule = made.rules[0]
    assert (rule.name, rule.doc, rule.placeholders) == ("gen", "Generate.\n\nMore.", ["n"])
    assert [(each.keyword, each.text) for each in rule.patterns] == [("", "gen/{n}.c"), ("h", "gen/{n}.h")]
    assert rule.options == {"retries": 2, "timeout": 300.0, "temp": True, "pool": "link"}
    assert (list(made.actions), list(made.checks), made.pools) == (["release"], ["test"], {"link": 2})
    assert (made.doc, made.sources) == ("A project.", ["gen/hand.c"])
    place = made.place("release")
    assert place is not None
    assert place.line == 14


def test_all_independent_errors_are_told_once():
    text = "A = missing\nB = A + 1\nfor x in B:\n    pass\nC = 1 + 'a'\n"
    with pytest.raises(ErrorList) as caught:
        loaded(text)
    assert [(error.code, error.span and error.span.line) for error in caught.value.errors] == [
        ("unknown-name", 1),
        ("bad-operands", 5),
    ]


def test_the_file_is_named_in_errors():
    with pytest.raises(ErrorList) as caught:
        load(parse("A = b\n", "sub/redunfile.py"), "A = b\n", World(), "sub/redunfile.py")
    assert str(caught.value).startswith("sub/redunfile.py:1:5: `b` is not defined\n     1 | A = b\n")


def test_task_gives_options():
    made = value('task(f, executor="thread", version="2")(1)')
    assert made.options == {"executor": "thread", "version": "2"}


def test_nothing_else_of_the_standard_library_is_needed():
    import subprocess
    import sys

    names = ("loading.load", "planning.planner")
    code = "\n".join(f"import redo_py.front.redunfile.{name}" for name in names) + "\nimport sys; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    unwanted = {"re", "typing", "enum", "dataclasses", "logging", "subprocess", "difflib", "lark", "inspect"}
    assert unwanted & set(modules.stdout.split()) == set()


# ---- calls of imported functions


class Parameter:
    """One parameter of a function of a module."""

    def __init__(self, name: str, kind: str = "normal", has_default: bool = False) -> None:
        self.name, self.kind, self.has_default = name, kind, has_default


class Typed(World):
    """Every function is `def f(a, b=1, *, k)`; `g` takes anything."""

    def function_kind(self, module: str, name: str, span: Any) -> Kind:
        if name == "g":
            return Kind("function", (Parameter("rest", "*"), Parameter("more", "**")))
        return Kind("function", (Parameter("a"), Parameter("b", has_default=True), Parameter("k", "keyword")))


@pytest.mark.parametrize(
    ("call", "headline"),
    [
        ("f(1, k=2)", ""),
        ("f(a=1, k=2, b=3)", ""),
        ("g(1, 2, x=3)", ""),
        ("f(1)", "`f` misses its argument `k`"),
        ("f(k=1)", "`f` misses its argument `a`"),
        ("f(1, 2, 3, k=1)", "`f` is given 3 arguments by place, it takes 2"),
        ("f(1, a=1, k=1)", "the argument `a` is given twice"),
        ("f(1, kk=1)", "`f` has no argument `kk`"),
        ("task(f, version='2')(1)", "`f` misses its argument `k`"),
    ],
)
def test_a_wrong_call_of_a_function_is_an_error_where_it_is_written(call: str, headline: str):
    text = f"from pipeline import f, g\nX = {call}\n"
    if not headline:
        assert isinstance(loaded(text, Typed()).scope.names["X"], TaskExpression)
        return
    with pytest.raises(ErrorList) as caught:
        loaded(text, Typed())
    assert str(caught.value).startswith(f"redunfile.py:2:5: {headline}\n")
