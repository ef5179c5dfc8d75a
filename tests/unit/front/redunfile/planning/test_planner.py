"""What planning makes: exactly these expressions."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression, ValueExpression
from redo_py.ir.flat import digest_of
from redo_py.ir.operations import OPERATIONS
from redo_py.tasks.task import TaskReference
from redo_py.values.file import File, Output, Tool
from tests.unit.front.redunfile.small_world import World, check_sources, commands, planner, said

SAMPLE = '''"""Two programs sharing one library, a data step and tests."""

from pipeline import summarize  # an ordinary function or @task
from redo_py.build import check, config, default, env, glob, group, need, rule, sh, words

CC = words(env("CC", "cc"))
MODE = config("mode", "release", choices=["debug", "release"])
CFLAGS = ["-Wall", "-Iinclude"] + (["-g"] if MODE == "debug" else ["-O2"])
PROGS = [f.stem for f in glob("src/*.c")]
LIB = [f"build/lib/{f.stem}.o" for f in glob("lib/*.c")]


@rule("build/{sub}/{stem}.o")
def cc(out, sub, stem):
    """Compile one C file."""
    src = need(f"{sub}/{stem}.c")
    sh(f"{CC} {CFLAGS} -MMD -MF {out}.d -c {src} -o {out}", depfile=f"{out}.d")


@rule("bin/{prog}")
def link(out, prog):
    """Link one program."""
    objs = need([f"build/src/{prog}.o"] + LIB)
    sh(f"{CC} -o {out} {objs}")


@rule("out/report.json")
def report(out):
    """Summarize the data."""
    return summarize(need("data/in.csv"), out)


@check
def test():
    """Run the tests."""
    for p in PROGS:
        sh(f"{need('bin/' + p)} | grep -q {p}")
    sh(f"grep -q total {need('out/report.json')}")


group("all", [f"bin/{p}" for p in PROGS], "out/report.json")
default("all")
'''
SYSTEM = "Linux x86_64"


def command(text: str, inputs: Any = (), outputs: Any = (), tools: Any = (), **options: Any) -> TaskExpression:
    """The expression of a rule with one command, written out."""
    kwargs = {
        "steps": ((text, "", "", ""),),
        "inputs": tuple(inputs),
        "outputs": tuple(Output(path) for path in outputs),
        "env": {},
        "tools": tuple(Tool(name) for name in tools),
        "system": SYSTEM,
    }
    return TaskExpression("redun.command", (), kwargs, options)


def tool_names(expression: Any) -> list[str]:
    return [tool.name for tool in expression.kwargs["tools"]]


def product(expression: Any, path: str) -> SchedulerExpression:
    return SchedulerExpression("product", (expression, path))


def only(text: str, *targets: str, files: tuple[str, ...] = (), **world: Any) -> Any:
    """The one expression that `targets` of a redunfile stand for."""
    (expression,) = planner("from pipeline import f, g\n" + text, World(files, **world)).request(list(targets))
    return expression


def step(text: str, **given: Any) -> Any:
    """The text of the only step of rule `out` with this body."""
    indented = "\n    ".join(text.splitlines())
    expression = only(f'@rule("out")\ndef r(out):\n    {indented}\n', "out", **given)
    ((made, *_),) = expression.kwargs["steps"]
    return made


# ---- the sample of the reference, whole


def compiled(source: str, stem: str, compiler: str) -> TaskExpression:
    made = f"build/{source}/{stem}.o"
    return command(
        f"{compiler} -Wall -Iinclude -O2 -MMD -MF {made}.d -c {source}/{stem}.c -o {made}",
        [File(f"{source}/{stem}.c")], [made], [compiler.split()[0]],
        origin=made, kind="rule", rule="cc", stems={"sub": source, "stem": stem}, doc="Compile one C file.",
        absent_words=tuple(compiler.split()[1:]), depfile=f"{made}.d",
    )  # fmt: skip


def linked(program: str, compiler: str, library: TaskExpression) -> TaskExpression:
    objects = [(compiled("src", program, compiler), f"build/src/{program}.o"), (library, "build/lib/a.o")]
    return command(
        f"{compiler} -o bin/{program} build/src/{program}.o build/lib/a.o",
        [product(*each) for each in objects], [f"bin/{program}"], [compiler.split()[0]],
        origin=f"bin/{program}", kind="rule", rule="link", stems={"prog": program}, doc="Link one program.",
        absent_words=tuple(compiler.split()[1:]),
    )  # fmt: skip


def test_the_sample():
    world = World(("src/hi.c", "src/bye.c", "lib/a.c", "data/in.csv"), {"CC": "ccache gcc"})
    plan = planner(SAMPLE, world)
    library = compiled("lib", "a", "ccache gcc")
    report = TaskExpression(
        "pipeline.summarize", (File("data/in.csv"), Output("out/report.json")), {},
        {"origin": "out/report.json", "kind": "rule", "rule": "report", "doc": "Summarize the data."},
    )  # fmt: skip
    wanted = [linked("bye", "ccache gcc", library), linked("hi", "ccache gcc", library), report]
    assert [digest_of(each) for each in plan.request([])] == [digest_of(each) for each in wanted]
    test = plan.request(["test"])[0]
    assert test.kwargs["steps"] == (
        ("bin/bye | grep -q bye", "", "", ""), ("bin/hi | grep -q hi", "", "", ""),
        ("grep -q total out/report.json", "", "", ""),
    )  # fmt: skip
    assert tool_names(test) == ["grep"]
    assert dict(test.options) == {
        "origin": "test",
        "kind": "check",
        "rule": "test",
        "doc": "Run the tests.",
        "absent_words": ("bye", "hi", "total"),
    }
    assert list(plan.sources) == ["src/bye.c", "lib/a.c", "src/hi.c", "data/in.csv"]
    check_sources(plan, world)


def test_everything_shared_is_one_object():
    world = World(("src/hi.c", "src/bye.c", "lib/a.c", "data/in.csv"))
    bye, hi, _ = planner(SAMPLE, world).request([])
    assert bye.kwargs["inputs"][1] is hi.kwargs["inputs"][1]
    assert bye.kwargs["tools"][0] is hi.kwargs["tools"][0]


def test_a_redunfile_and_its_reordered_copy_plan_the_same():
    text = """
@rule("a")
def x(out):
    sh(f"touch {out}")


@rule("b")
def y(out):
    sh(f"cp {need('./a')} {out}")
"""
    first, second = text.split("\n\n\n")
    again = f"# other order\n{second}\n\n\n{first}\n"
    made = [planner(each).request(["b"])[0] for each in (text, again)]
    assert digest_of(made[0]) == digest_of(made[1])


# ---- commands


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("sh(f\"cp {need('my file')} {out}\")", "cp 'my file' out"),
        ('A = ["a b", "c"]\nsh(f"x {A} -I{A} {out}")', "x 'a b' c -I'a b' -Ic out"),
        ('sh(f"x {[]} -I{[]} {None} -o{None} {out}")', "x     out"),
        ("sh(f\"x {[[1], [2.5, ['a']]]} {out}\")", "x 1 2.5 a out"),
        ('A = f"-O2 -I{\'a b\'}"\nsh(f"x {A} {out}")', "x -O2 -I'a b' out"),
        ('A = f"-O2 -I{\'a b\'}"\nsh(f"x y{A} {out}")', "x y'-O2 -Ia b' out"),
        ('sh(f"x {out}.d {out.parent}/y {out.stem}")', "x out.d ./y out"),
        ("sh(f\"x '{raw('a b')}' {raw('$HOME')} {out}\")", "x 'a b' $HOME out"),
        ("sh(f\"x {'a'}/{['b', 'c']}.o {out}\")", "x a/b.o a/c.o out"),
        ('sh(f"x {1:03d} {out}")', "x 001 out"),
        ('sh(f"""\n    a {out}\n      b\n    c\n    """)', "a out\n  b\nc"),
        ("sh(\"awk '{print $1}' > out\")", "awk '{print $1}' > out"),
        ('sh(f"a {out}" + f" {[1, 2]}" + " b")', "a out 1 2 b"),
        ("sh(f\"x $(cat {need('a b')}) {out}\")", "x $(cat 'a b') out"),
    ],
)
def test_texts(body: str, text: str):
    assert step(body) == text


def test_a_quote_in_a_value_is_quoted():
    expression = only('A = ["it\'s"]\n@rule("out")\ndef r(out):\n    sh(f"x {A} {out}")\n', "out")
    assert expression.kwargs["steps"][0][0] == """x 'it'"'"'s' out"""


def test_paths_are_written_relative_to_the_folder_of_the_step():
    expression = only(
        '@rule("sub/out")\ndef r(out):\n    sh(f"x {need(\'sub/a\')} {need(\'b/c\')} {out} d", cwd="sub")\n',
        "sub/out", files=("sub/d", "sub/a", "b/c"),
    )  # fmt: skip
    assert expression.kwargs["steps"] == (("x a ../b/c out d", "sub", "", ""),)
    assert [file.path for file in expression.kwargs["inputs"]] == ["sub/a", "b/c", "sub/d"]


def test_literal_words_that_name_files_are_inputs():
    expression = only(
        '@rule("out")\ndef r(out):\n'
        '    sh(f"python tools/gen.py \'b c\' -x nothing {raw(\'hidden\')} < in.txt > log.txt && ./run {out}")\n',
        "out", files=("tools/gen.py", "b c", "in.txt", "log.txt", "run", "hidden"),
    )  # fmt: skip
    assert [file.path for file in expression.kwargs["inputs"]] == ["tools/gen.py", "b c", "in.txt", "run"]
    assert tool_names(expression) == ["python"]  # ./run is an input, its content counts already


@pytest.mark.parametrize(
    ("step", "inputs"),
    [
        ("{P} main -DP={P} -DP=main", ["main"]),  # what is written there is meant
        ("{P} -DP={P} --of={M}", []),  # the stem, and options: whatever they look like
        ("{M} {P}.x ./{P}", ["main"]),
        ("{V} {A}", []),  # a pattern that takes every name says nothing of them
        ("{A} {M}.o", ["main.o"]),
        ("{L} -x={L}", ["listed"]),
        ("./{L} -x={L}.o", ["listed", "listed.o"]),
    ],
)
def test_texts_that_look_like_outputs_by_chance_are_none(step: str, inputs: list[str]):
    own = "main" if "main" not in inputs else "other"
    found = only(
        'M, V, A, L = "main", "1.5", "anything", "listed"\n@rule("main")\ndef main(out):\n    sh(f"x {out}")\n'
        '@rule("{stem}.o")\ndef o(out, stem):\n    sh(f"x {out}")\n'
        '@rule("{one}", where={"one": ["listed"]})\ndef of(out, one):\n    sh(f"x {out}")\n'
        '@rule("{every}", where={"every": "[^l].*"})\ndef each(out, every):\n    sh(f"x {need(every)}.none {out}")\n'
        f'@rule("build/{{P}}.out")\ndef b(out, P):\n    sh(f"x {step} > {{out}}")\n',
        f"build/{own}.out", files=(),
    ).kwargs["inputs"]  # fmt: skip
    assert [each.args[1] for each in found] == inputs


@pytest.mark.parametrize(
    ("variables", "offered"),
    [
        ('A="in.txt", B="a.o", C="none", D="-in.txt", E="/proc/version", F="1.5"', ("in.txt", "none")),
        ('A=["in.txt", "sub/in.txt"], B=5', ("in.txt", "sub/in.txt")),
        ('A="sub:none:in.txt", B="http://a/b"', ("sub:none:in.txt", "sub", "none", "in.txt")),
        ('A=f"{N}.txt", B=[f"sub/{N}.txt", f"--x={N}.txt"]', ("in.txt", "sub/in.txt")),
        ("A=f\"-{need('sub/in.txt')}\", B=f\"{need('a.o')}\"", None),
        ('A=need("in.txt")', None),
    ],
)
def test_sources_that_variables_name_may_be_read_or_written(variables: str, offered: tuple[str, ...] | None):
    options = only(
        'N = "in"\n@rule("{n}.o")\ndef o(out, n):\n    sh(f"x {out}")\n'
        f'@rule("out")\ndef r(out):\n    sh("x", {variables})\n',
        "out", files=("in.txt", "sub/in.txt"),
    ).options  # fmt: skip
    assert (options.get("offered"), options.get("absent_words")) == (offered, None)


@pytest.mark.parametrize("there", [(), ("x-y-z.txt", "dir/x.c")])
@pytest.mark.parametrize("text", ["x-y-z.txt", "dir/x.c"])  # two splits, and below what another rule makes
def test_a_text_that_patterns_do_not_agree_on_is_none(text: str, there: tuple[str, ...]):
    expression = only(
        '@rule("{a}-{b}.txt")\ndef p(out, a, b):\n    sh(f"x {out}")\n'
        '@rule("d{a}/")\ndef d(out, a):\n    sh(f"x {out}")\n'
        '@rule("{a}.c")\ndef c(out, a):\n    sh(f"x {out}")\n'
        f'TEXT = "{text}"\n@rule("t.out")\ndef t(out):\n    sh(f"echo {{TEXT}} > {{out}}")\n',
        "t.out", files=there,
    )  # fmt: skip
    assert expression.kwargs["inputs"] == ()


@pytest.mark.parametrize(
    ("step", "inputs"),
    [
        ('f"cat {NAME} {NAMES}"', ["in.txt", "a.o", "b.o"]),
        ('f"cat {STEM}.txt {STEMS}.o"', ["in.txt", "a.o", "b.o"]),
        ('f"cat {f\'{STEM}.txt\'} --use={NAME} --of={f\'{STEM}.txt\'}"', ["in.txt"]),
        ('f"cat {src}.index {src.with_suffix(\'.more\')} {[src, src]}"', ["src", "src.index", "src.more"]),
        ('f"cd sub && cat {STEM}.txt < {NAME}"', ["sub/in.txt"]),
        ('f"{RUN} -x; X={NAME} y"', ["in.txt", "run/it"]),
        ('f"cc {args_file(NAME, [\'-x\', \'a.o\'])}"', ["in.txt", "a.o"]),
        ('"cat $SRC", env={"SRC": ["in.txt", "a.o"]}', ["a.o"]),  # of the source it is told when it has run
        # none of these is read, as far as anybody can tell
        ('f"x {raw(NAME)} -F{NAME} \'it is {raw(NAME)}\' {NAME}*"', []),
        ('f"x > {NAME}; X={NAME}; x > $X"', []),
        ('"x > $DST", DST=NAME', []),
        ('f"x {out}.log --use={out}.o {[out, out]}.log"', []),
        ('f"x -MF {NAME} src.index", depfile="in.txt"', ["src", "src.index"]),
        ('f"x -MF in.txt {src}", depfile=NAME', ["src"]),
    ],
)  # fmt: skip
def test_words_of_texts_that_name_files_are_inputs(step: str, inputs: list[str]):
    expression = only(
        'NAME, STEM, RUN = "in.txt", "in", "run/it"\nNAMES, STEMS = ["a.o", "b.o"], ["a", "b"]\n'
        f'@rule("out")\ndef r(out):\n    src = "src" if "src" not in {step!r} else need("src")\n    sh({step})\n'
        '@rule("{name}.o")\ndef o(out, name):\n    sh(f"x {out}")\n',
        "out", files=("in.txt", "sub/in.txt", "src", "src.index", "src.more", "run/it", "out.log"),
    )  # fmt: skip
    found = [each.path if isinstance(each, File) else each.args[1] for each in expression.kwargs["inputs"]]
    assert sorted(found) == sorted(inputs)


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("x --use=a.cfg -Wl,-T,b.ld", ["a.cfg", "b.ld"]),
        ("x I=a.cfg 1:b.ld", ["a.cfg", "b.ld"]),
        ("x a.cfg,b.ld", ["a.cfg", "b.ld"]),
        ("x @a.cfg --json=@b.ld", ["a.cfg", "b.ld"]),
        ("x a=b", ["a=b"]),
        ("F=a.cfg; x $F", ["a.cfg"]),
        ("cd sub; x --use=a.cfg,../b.ld", ["sub/a.cfg", "b.ld"]),
        ('F=a.cfg; x > "$F"', []),  # what it writes to
        ("F=a.cfg; x >> ${F}", []),
        ("a.cfg=x; http://a.cfg -Da.cfg -DX=1", []),
    ],
)
def test_parts_of_words_that_name_files_are_inputs(text: str, inputs: list[str]):
    files = ("a.cfg", "b.ld", "a=b", "1", "sub/a.cfg")
    expression = only(f'@rule("out")\ndef r(out):\n    sh({text!r})\n', "out", files=files)
    assert [file.path for file in expression.kwargs["inputs"]] == inputs


def test_a_literal_word_that_a_rule_makes_is_an_input():
    text = """
@rule("gen.py")
def gen(out):
    sh(f"touch {out}")


@rule("out")
def r(out):
    sh(f"python gen.py > out")
"""
    expression = only(text, "out")
    (made,) = expression.kwargs["inputs"]
    assert (made.form, made.args[1]) == ("product", "gen.py")


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("cc -c x", ["cc"]),
        ("A=1 B=2 cc x | sort && echo y; ./tool", ["cc", "sort", "./tool"]),
        ("if test -f x; then cp a b; fi", ["cp"]),
        ("for f in a b; do gzip $f; done", ["gzip"]),
        ("$CC x; $(which cc) y", ["which"]),
        ("cd sub && make all", ["make"]),
        ("export A=1; env", ["env"]),
    ],
)
def test_tools(text: str, tools: list[str]):
    expression = only(f'@rule("out")\ndef r(out):\n    sh("{text}")\n', "out")
    assert tool_names(expression) == tools


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        ('"cc x"', [("cc", None, "")]),
        ('"cc x", cwd="sub"', [("cc", None, "sub")]),
        ('"cc x", env={"PATH": "tools:/bin"}', [("cc", "tools:/bin", "")]),
        ('"./a x; /b/c", PATH="tools", cwd="sub"', [("./a", None, "sub"), ("/b/c", None, "")]),
        ('"import x", shell="python3", PATH="tools"', [("python3", "tools", "")]),
        ('"cc x", PATH="tools")\n    sh("cc y")\n    sh("cc z"', [("cc", "tools", ""), ("cc", None, "")]),
        ('"cc x", PATH="t")\n    sh("1", PATH="u", shell="node")\n    sh("cc"',
         [("cc", "t", ""), ("node", "u", ""), ("cc", "u", "")]),
    ],
)  # fmt: skip
def test_where_tools_are_looked_for(arguments: str, keys: list[Any]):
    expression = only(f'@rule("out")\ndef r(out):\n    sh({arguments})\n', "out")
    assert [tool.key for tool in expression.kwargs["tools"]] == keys


def test_a_tool_that_is_an_input_is_none():
    expression = only('@rule("out")\ndef r(out):\n    sh("./a x", cwd="sub")\n', "out", files=("sub/a",))
    assert expression.kwargs["tools"] == ()


def test_a_lazy_path_says_where_tools_are_when_it_is_known():
    expression = only('P = f(1)\n@rule("out")\ndef r(out):\n    sh("cc x; ./a", PATH=P)\n', "out")
    tools = expression.kwargs["tools"]
    assert [(tool.op, tool.args[0], tool.args[2]) for tool in tools] == [("tool", "cc", ""), ("tool", "./a", "")]
    assert OPERATIONS["tool"]("cc", "a:b", "sub").key == ("cc", "a:b", "sub")


def test_tools_can_be_ignored():
    expression = only('@rule("out")\ndef r(out):\n    sh("cc x")\n', "out", tools="ignore")
    assert expression.kwargs["tools"] == ()


def test_variables_of_one_step_are_the_environment_of_the_job():
    expression = only('@rule("out")\ndef r(out):\n    sh("awk $src $n", src=need("a b"), env={"n": [1, 2]})\n', "out")
    assert expression.kwargs["env"] == {"n": "1 2", "src": "a b"}
    assert [file.path for file in expression.kwargs["inputs"]] == ["a b"]


def test_variables_that_differ_between_steps_are_set_in_their_texts():
    expression = only(
        '@rule("out")\ndef r(out):\n    for p in ["a b", "c"]:\n        sh("x $p", p=p)\n    sh("y")\n', "out"
    )
    assert [each[0] for each in expression.kwargs["steps"]] == ["export p='a b'\nx $p", "export p=c\nx $p", "y"]
    assert expression.kwargs["env"] == {}


def test_another_interpreter_takes_a_plain_text():
    text = '''
@rule("out")
def r(out):
    sh("""
        import os
        print(f"{os.name}")
        """, shell="python3 -u", out=out)
'''
    expression = only(text, "out")
    assert expression.kwargs["steps"] == (('import os\nprint(f"{os.name}")', "", "python3 -u", ""),)
    assert expression.kwargs["env"] == {"out": "out"}
    assert tool_names(expression) == ["python3"]


def test_the_shell_of_a_rule():
    expression = only('@rule("out", shell="zsh")\ndef r(out):\n    sh(f"touch {out}")\n', "out")
    assert expression.kwargs["steps"] == (("touch out", "", "zsh", ""),)


def test_standard_input_is_an_input():
    expression = only('@rule("out")\ndef r(out):\n    sh("sort", stdin="in.txt")\n', "out")
    assert expression.kwargs["steps"] == (("sort", "", "", "in.txt"),)
    assert expression.kwargs["inputs"] == (File("in.txt"),)


def run(script: str, folder: Path) -> str:
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("cwd", "word"), [("", "d/c"), ("d", "c"), ("e/f", "../../d/c")])
def test_a_list_in_a_file(tmp_path: Path, cwd: str, word: str):
    folder = tmp_path / cwd
    folder.mkdir(parents=True, exist_ok=True)
    text = f"""
@rule("out")
def r(out):
    sh(f"cat {{args_file([need(['d/c']), 'a b', 1], '-x')}}", cwd="{cwd}")
"""
    expression = only(text, "out")
    script = expression.kwargs["steps"][0][0]
    assert [file.path for file in expression.kwargs["inputs"]] == ["d/c"]
    assert run(script.replace("cat @", "cat "), folder) == f'{word}\n"a b"\n1\n-x\n'
    assert [path.suffix for path in (tmp_path / ".redun/args").iterdir()] == [""]


def test_variables_of_other_interpreters_are_those_of_the_job():
    text = """
@rule("out")
def r(out):
    sh("print(1)", shell="python3", a="1")
    sh("x", a="2", b="3")
"""
    expression = only(text, "out")
    assert expression.kwargs["env"] == {"a": "1"}
    assert [step[0] for step in expression.kwargs["steps"]] == ["print(1)", "export a=2\nexport b=3\nx"]


# ---- needs


def test_kinds_of_needs():
    text = """
@rule("made")
def m(out):
    sh(f"touch {out}")


@rule("out")
def r(out):
    need("made", order_only=True)
    need("stamp", order_only=True)
    need("maybe", missing_ok=True)
    need(glob("src/*"), ["x", ["y"]])
    sh(f"touch {out}")
"""
    plan = planner(text, World(("src/a",)))
    (expression,) = plan.request(["out"])
    assert [file.path for file in expression.kwargs["inputs"]] == ["maybe", "src/a", "x", "y"]
    assert [each.options["origin"] for each in expression.options["after"]] == ["made"]
    assert {path: missing_ok for path, (_, _, missing_ok) in plan.sources.items()} == {
        "maybe": True, "src/a": False, "x": False, "y": False, "stamp": False,
    }  # fmt: skip


def test_a_group_is_needed_as_its_files():
    text = """
@rule("{n}.o")
def o(out, n):
    sh(f"touch {out}")


group("objects", ["a.o", "b.o"])


@rule("lib")
def lib(out):
    sh(f"ar {out} {need('objects')}")
"""
    assert commands(planner(text), "lib") == ["ar lib a.o b.o"]


def test_needing_a_lazy_value():
    expression = only(
        '@rule("out")\ndef r(out):\n    found = need(f(need("a")))\n    sh(f"cat x{found} > {out}")\n', "out"
    )
    made = expression.kwargs["steps"][0][0]
    assert isinstance(made, SimpleExpression)
    assert repr(made) == "render(('cat ', ('x', need(pipeline.f(File(path=a)), False), ''), ' > ', 'out'))"
    assert [repr(each) for each in expression.kwargs["inputs"]] == [
        "File(path=a)",
        "need(pipeline.f(File(path=a)), False)",
    ]


def test_a_lazy_hole_is_rendered_in_the_graph():
    expression = only('@rule("out")\ndef r(out):\n    sh(f"x -D{f(1)} {[g(2), 3]} {out}")\n', "out")
    made = expression.kwargs["steps"][0][0]
    assert made.op == "render"
    from redo_py.ir.operations import OPERATIONS

    (parts,) = made.args
    known = [(part[0], "v v", part[2]) if isinstance(part, tuple) else part for part in parts]
    assert OPERATIONS["render"](known) == "x -D'v v' 'v v' 3 out"


def test_a_need_inside_a_branch_belongs_to_the_branch():
    plan = planner(
        """
from p import f
@rule("out")
def r(out):
    a = need("x") if f(1) else need("y")
    sh(f"cat {a} > {out}")
"""
    )
    (expression,) = plan.request(["out"])
    (made,) = expression.kwargs["inputs"]
    assert repr(made) == "cond(p.f(1), need('x', False), need('y', False))"
    assert list(plan.sources) == []


def test_lines_of_something_made():
    text = """
@rule("list")
def l(out):
    sh(f"touch {out}")


@rule("out")
def r(out):
    sh(f"x {[f(n) for n in lines(need('./list'))]} > {out}")
"""
    expression = only(text, "out")
    (mapped,) = expression.kwargs["inputs"]  # what the file says counts, not all that it holds
    assert mapped.form == "map"
    assert mapped.args[2].task_name == "redun.lines"
    (made,) = mapped.args[2].args
    assert made.form == "product"


# ---- tasks


def test_a_task_with_commands_is_steps():
    expression = only('@rule("out")\ndef r(out):\n    sh("prepare")\n    return f(need("a"), out, k=1)\n', "out")
    assert expression.task_name == "redun.steps"
    first, second = expression.kwargs["parts"]
    assert first == ("command", ("prepare", "", "", ""))
    assert second[0] == "call"
    assert isinstance(second[1], TaskReference)
    assert (second[1].name, *second[2:]) == ("pipeline.f", (File("a"), Output("out")), {"k": 1})
    assert expression.kwargs["inputs"] == (File("a"),)


def test_a_task_that_is_not_given_every_input_and_output_is_steps_too():
    for body in ("need('b')\n    return f(need('a'), out)", "return f(need('a'))"):
        expression = only(f'@rule("out")\ndef r(out):\n    {body}\n', "out")
        assert expression.task_name == "redun.steps"
        assert expression.kwargs["outputs"] == (Output("out"),)


def test_options_of_task_and_rule():
    text = """
@rule("out", pool="p", retries=1)
def r(out):
    return task(f, version="2", retries=3)(out)


pool("p", 2)
"""
    expression = only(text, "out")
    assert dict(expression.options) == {
        "version": "2", "retries": 1, "pool": "p", "origin": "out", "kind": "rule", "rule": "r",
    }  # fmt: skip


def test_tasks_are_imported_only_for_what_is_planned():
    world = World()
    text = """
from p import f, g
@rule("a")
def a(out):
    return f(out)


@rule("b")
def b(out):
    return task(g, version="2")(out)
"""
    plan = planner(text, world)
    assert world.tasks == []
    plan.request(["b"])
    assert world.tasks == [("p", "g", {"version": "2"})]


def test_several_outputs():
    text = """
@rule(c="{n}.c", h="{n}.h")
def gen(out, n):
    sh(f"gen {out} {out.c} {out.h}")


@rule("dir/")
def folder(out):
    sh(f"mkdir {out}")
"""
    plan = planner(text)
    both = plan.request(["x.c", "x.h"])
    assert both[0] is both[1]
    assert both[0].kwargs["steps"][0][0] == "gen x.c x.h x.c x.h"
    instance = plan.producer("x.h")
    assert instance is not None
    assert instance.outputs == [("x.c", False, "c"), ("x.h", False, "h")]
    assert plan.request(["dir"])[0].kwargs["outputs"] == (Output("dir", True),)
    assert plan.producer("dir/a/b") is plan.producer("dir")


# ---- targets


def test_lazy_names():
    text = """
from p import f
@rule("data")
def d(out):
    sh(f"touch {out}")


score = f(need("data"))
many = [f(1), 2]
"""
    score, many = planner(text).request(["score", "many"])
    assert (score.task_name, score.args[0].form) == ("p.f", "product")
    assert repr(many) == "list([p.f(1), 2])"


def test_a_lazy_name_is_one_computation_for_all():
    text = 'from p import f\nscore = f(1)\n@rule("{n}")\ndef r(out, n):\n    sh(f"echo {score} {n} > {out}")\n'
    plan = planner(text)
    a, b = plan.request(["./a", "./b"])
    assert a.kwargs["inputs"][0] is b.kwargs["inputs"][0]
    assert plan.request(["score"])[0] is a.kwargs["inputs"][0]


def test_names_win_over_paths():
    text = '@rule("{n}.x")\ndef r(out, n):\n    sh(f"touch {out}")\n\n\n@action("a.x")\ndef a():\n    sh("action")\n'
    plan = planner(text)
    assert commands(plan, "a.x") == ["action"]
    assert commands(plan, "./a.x") == ["touch a.x"]


def test_paths_are_those_of_where_one_stands():
    text = '@rule("sub/{n}")\ndef r(out, n):\n    sh(f"touch {out}")\n\n\ngroup("all", "sub/x")\n'
    plan = planner(text)
    assert plan.request(["a"], "sub")[0].kwargs["outputs"] == (Output("sub/a"),)
    assert plan.request(["../a"], "sub/y")[0] is plan.request(["sub/a"])[0]
    assert plan.request(["all"], "sub")[0].kwargs["outputs"] == (Output("sub/x"),)


def test_a_source_is_a_target_that_is_there():
    (expression,) = planner("A = 1\n", World(("a.c",))).request(["a.c"])
    assert isinstance(expression, ValueExpression)
    assert expression.value == File("a.c")


def test_without_a_default_everything_literal_is_built():
    text = """
@rule("a", "b")
def r(out):
    sh(f"touch {out}")


@rule("{n}.x")
def x(out, n):
    sh(f"touch {out}")


@action
def act():
    sh("no")


group("g", "c.x")
"""
    assert commands(planner(text)) == ["touch c.x", "touch a b"]


def test_an_empty_target_is_refused():
    assert said(planner("A = 1\n").request, [""]) == "redun: a target is empty\n  hint: see `redun targets`"


def test_groups_of_groups_and_rules():
    text = """
@rule("a")
def r(out):
    sh(f"touch {out}")


INNER = group("inner", r)
group("outer", INNER, ["./a", "inner"])
"""
    assert commands(planner(text), "outer") == ["touch a"]


def test_actions_take_options():
    text = """
@action
def go(where, count: int = 3, *, dry_run=False, tag: list = []):
    sh(f"go {where} {count} {dry_run and '-n' or []} {tag}")
"""
    plan = planner(text)

    def made(*argv: str) -> str:
        expression: Any = plan.request_action("go", argv)
        return str(expression.kwargs["steps"][0][0])

    assert made("--where", "x y", "--count=5", "--dry-run", "--tag", "a", "--tag", "b") == "go 'x y' 5 -n a b"
    assert made("--where", "here") == "go here 3  "
    assert made("--where=here", "--count", "4", "--no-dry-run") == "go here 4  "
    assert plan.request_action("go", ["--where=-x"]).options["kind"] == "action"


def test_an_action_that_needs_an_option_is_not_run_without():
    assert "action `go` needs --where" in said(
        planner('@action\ndef go(where):\n    sh(f"go {where}")\n').request, ["go"]
    )


def test_rules_made_in_a_loop_differ():
    text = """
for mode in ["debug", "release"]:
    flag = "-g" if mode == "debug" else "-O2"

    @rule(f"{mode}/{{n}}.o")
    def cc(out, n):
        sh(f"cc {flag} {n} -o {out}")
"""
    assert commands(planner(text), "debug/a.o", "release/a.o") == ["cc -g a -o debug/a.o", "cc -O2 a -o release/a.o"]


def test_bodies_call_functions():
    text = """
def compile(source, out):
    sh(f"cc {need(source)} -o {out}")
    return out


@rule("a")
def a(out):
    compile("a.c", out)
    sh(f"strip {compile('b.c', 'b.o')}")
"""
    assert commands(planner(text), "a") == ["cc a.c -o a", "cc b.c -o b.o", "strip b.o"]


def test_targets_are_listed():
    text = '''
@rule("o/{s}.x", where={"s": ["a", "b"]})
def r(out, s):
    """Make."""
    sh(f"touch {out}")


@action
def go(where, n: int = 3):
    sh("x")


default("o/a.x")
'''
    found = planner(text).targets()
    assert [(each.name, each.kind, each.is_default) for each in found] == [
        ("go", "action", False), ("o/{s}.x", "pattern", False),
    ]  # fmt: skip
    assert found[0].parameters == [("where", "str", ...), ("n", "int", 3)]
    assert (found[1].instances, found[1].doc, found[1].span.line) == (["o/a.x", "o/b.x"], "Make.", 3)


# ---- large graphs


def chain(length: int) -> Planner:
    text = """
@rule("c/{i}")
def step(out, i):
    n = int(i)
    before = need(f"c/{n - 1}" if n else "seed/0")
    sh(f"cp {before} {out}")
"""
    plan = planner(text, World(("seed/0",)))
    plan.request([f"c/{length}"])
    return plan


def test_a_long_chain_is_no_deeper_than_a_short_one():
    plan = chain(20_000)
    assert list(plan.sources) == ["seed/0"]
    top = plan.producer("c/20000")
    assert top is not None
    assert top.expression.kwargs["inputs"][0].args[1] == "c/19999"


def test_a_cycle_at_the_end_of_a_long_chain():
    text = (
        '@rule("c/{i}")\ndef step(out, i):\n    n = int(i)\n    sh(f"cp {need(f\'c/{n - 1 if n else 3000}\')} {out}")\n'
    )
    message = said(planner(text).request, ["c/3000"])
    way = "c/3000 -> c/2999 -> c/2998 -> c/2997 -> ... -> c/3 -> c/2 -> c/1 -> c/0 -> c/3000"
    assert f"what is needed here needs itself: {way}\n" in message
    assert len(message.splitlines()) < 15


def test_a_cycle_by_a_word_of_a_command():
    text = (
        'P = "main"\n@rule("main")\ndef link(out):\n    sh(f"x {need(\'build/main.o\')} {out}")\n'
        '@rule("build/main.o")\ndef cc(out):\n    sh(f"echo {P} > {out}")\n'
    )
    assert said(planner(text).request, ["main"]) == (
        "redunfile.py:7:5: what is needed here needs itself: main -> build/main.o -> main\n"
        '     7 |     sh(f"echo {P} > {out}")\n'
        "       |     ^\n"
        "  in main, made by rule `link` (redunfile.py:3:5)\n"
        "  in build/main.o, made by rule `cc` (redunfile.py:6:5)\n"
        '  hint: a word of this command names main, so it is needed: if it is not read, write raw("main")'
    )


def test_planning_is_fast_enough():
    text = """
@rule("out/{i}.txt")
def cp(out, i):
    src = need(f"in/{i}.txt")
    sh(f"cp {src} {out}")


group("all", [f"out/{i}.txt" for i in range(2000)])
"""
    plan = planner(text, World(tuple(f"in/{i}.txt" for i in range(2000))))
    before = time.process_time()
    plan.request([])
    assert time.process_time() - before < 1.0  # about 0.06: ten times slower than meant would be a fault


def test_sources_that_are_missing_are_all_known_before_anything_runs():
    text = '@rule("out/{i}")\ndef cp(out, i):\n    sh(f"cp {need(f\'in/{i}\')} {out}")\n'
    plan = planner(text)
    plan.request(["out/a", "out/b"])
    assert [str(plan.missing_input_error(path)).splitlines()[0] for path in plan.sources] == [
        "redunfile.py:3:14: in/a is missing", "redunfile.py:3:14: in/b is missing",
    ]  # fmt: skip


def test_what_is_found_while_building_can_be_asked_for():
    plan = planner('@rule("gen/{n}.h")\ndef gen(out, n):\n    sh(f"gen {out}")\n')
    assert plan.expression_of("gen/a.h") is plan.request(["gen/a.h"])[0]
    assert plan.expression_of("src/a.h") is None
    assert isinstance(plan.missing_input_error("src/a.h"), UsageError)


def test_a_check_can_be_needed_before():
    text = """
@check
def lint():
    sh("lint")


@rule("out")
def r(out):
    need("lint", order_only=True)
    sh(f"touch {out}")
"""
    (expression,) = planner(text).request(["out"])
    assert [each.options["origin"] for each in expression.options["after"]] == ["lint"]
    assert expression.kwargs["inputs"] == ()


def test_a_plan_goes_on_after_an_error():
    text = """
@rule("good")
def good(out):
    sh(f"cp {need('x/1')} {out}")


@rule("bad")
def bad(out):
    sh(f"cp {need('x/1')} {need('x/a')} {out}")


@rule("x/{n}")
def x(out, n):
    sh(f"echo {int(n)} > {out}")
"""
    plan = planner(text)
    for _ in range(2):
        assert "'a' is no number" in said(plan.request, ["bad"])
    assert commands(plan, "good") == ["cp x/1 good"]


def test_host_s_passed_variables_are_part_of_the_key():
    world = World()
    world.passed = {"LANG": "C"}
    text = '@rule("out")\ndef r(out):\n    sh("x", env={"A": 1})\n'
    (expression,) = planner(text, world).request(["out"])
    assert expression.kwargs["env"] == {"LANG": "C", "A": "1"}


def test_a_file_where_a_program_stands_is_seen_from_here():
    """Only what the word begins with: behind other text, and behind the first word, it is a part of a name."""
    text = (
        'v = "my-"\ntool = need("tool.sh")\nsh(f"{tool} {tool}; {v}{tool}; x/{tool}; {[tool, tool]}; {need(\'a/b\')}")'
    )
    made = "./tool.sh tool.sh; my-tool.sh; x/tool.sh; ./tool.sh tool.sh; a/b"
    assert step(text, files=("tool.sh", "a/b", "my-tool.sh", "x/tool.sh")) == made
