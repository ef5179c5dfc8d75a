"""The features of the language that the world uses: what each writes into the redunfile, and what its rules must make,
worked out by a few lines of Python that know nothing of redun."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.world.model import Broken, Entry, Made, Refused, State

Text = Callable[[State, int], str]
Paths = Callable[[State, int], list[str]]
Make = Callable[[State, int, Made, str], None]


class Feature(NamedTuple):
    """Some rules that belong together. `make` is called for each path of `steps`, in order."""

    text: Text
    targets: tuple[str, ...]  # what of it is among the defaults, as expressions of the redunfile
    make: Make  # must note what is made at a path; raises Broken or Refused
    steps: Paths  # every path that is made, those first that others read


def each(*patterns: str) -> Paths:
    return lambda state, variant: [pattern.format(stem) for pattern in patterns for stem in state.stems()]


def just(*paths: str) -> Paths:
    return lambda state, variant: list(paths)


def stem_of(path: str) -> str:
    return path[path.index("/") + 1 : path.rindex(".")]


# ---- one output for each source


UP = (
    'sh(f"tr a-z A-Z < {src} > {out}")',
    'sh(f"cp {src} {out}")',
    'sh(f"cp {src} {out}")\n    sh(f"echo two >> {out}")',
    'sh(f"""\n        # two lines\n        echo first > {out}\n        cat {src} >> {out}\n    """)',
    'sh(f"tr a-z A-Z > {out}", stdin=src)',
    'sh(\'cat "$FROM" > "$TO"\', FROM=src, TO=out)',
)


def up_text(state: State, variant: int) -> str:
    return f"""\
@rule("build/{{stem}}.up")
def up(out, stem):
    src = need(f"src/{{stem}}.txt")
    sh(f"grep -q FAIL {{src}} && exit 3; true")
    {UP[variant % len(UP)]}
"""


def up_make(state: State, variant: int, made: Made, path: str) -> None:
    content = state.read(made, f"src/{stem_of(path)}.txt")
    if b"FAIL" in content:
        raise Broken(path)
    kind = variant % len(UP)
    if kind in (1, 2):
        made.copy(state, path, f"src/{stem_of(path)}.txt", b"two\n" if kind == 2 else b"")
    else:
        upper = content.translate(bytes.maketrans(bytes(range(97, 123)), bytes(range(65, 91))))
        made.file(path, {3: b"first\n" + content, 5: content}.get(kind, upper))


def join_text(state: State, variant: int) -> str:
    files = "list(reversed(UPS))" if variant % 2 else "UPS"
    return f"""\
UPS = [f"build/{{f.stem}}.up" for f in glob("src/*.txt")]


@rule("build/all.txt")
def join(out):
    sh(f"cat /dev/null {{need({files})}} > {{out}}")
"""


def join_make(state: State, variant: int, made: Made, path: str) -> None:
    stems = state.stems()[::-1] if variant % 2 else state.stems()
    made.file(path, b"".join([state.read(made, f"build/{stem}.up") for stem in stems]))


# ---- several outputs, folders, links, modes


def two_text(state: State, variant: int) -> str:
    return f"""\
@rule(c="gen/{{stem}}.c", h="gen/{{stem}}.h")
def two(out, stem):
    src = need(f"src/{{stem}}.txt")
    sh(f"cp {{src}} {{out.c}}; wc -c < {{src}} > {{out.h}}; echo {variant} >> {{out.c}}")
"""


def two_make(state: State, variant: int, made: Made, path: str) -> None:
    source = f"src/{stem_of(path)}.txt"
    if path.endswith(".c"):
        made.copy(state, path, source, b"%d\n" % variant)
    else:
        made.file(path, b"%d\n" % len(state.read(made, source)))


def tree_text(state: State, variant: int) -> str:
    mode = "; chmod +x {out}/x" if variant % 2 else ""
    return f"""\
@rule("tree/{{stem}}/", where={{"stem": "[^/]+"}})
def tree(out, stem):
    src = need(f"src/{{stem}}.txt")
    sh(f"mkdir -p {{out}}/sub {{out}}/empty; cp {{src}} {{out}}/x; ln -s x {{out}}/l{mode}")
    sh(f"echo {variant} > {{out}}/sub/y")


@rule("flat/{{stem}}.flat")
def flat(out, stem):
    sh(f"cat {{need('tree/' + stem + '/x')}} {{need('tree/' + stem + '/sub/y')}} > {{out}}")


@rule("flat/listing")
def listing(out):
    sh(f"ls {{need('tree/a/')}} > {{out}}")
"""


def tree_steps(state: State, variant: int) -> list[str]:
    return [*each("tree/{}", "flat/{}.flat")(state, variant), "flat/listing"]


def tree_make(state: State, variant: int, made: Made, path: str) -> None:
    if path == "flat/listing":
        state.read(made, "tree/a/x")
        made.file(path, b"empty\nl\nsub\nx\n")
    elif path.startswith("flat/"):
        made.file(path, b"".join([state.read(made, f"tree/{stem_of(path)}/{name}") for name in ("x", "sub/y")]))
    else:
        made.folders.add(path)
        for name in ("", "/sub", "/empty"):
            made.entries[path + name] = Entry("folder")
        made.copy(state, f"{path}/x", f"src/{path[5:]}.txt")
        made.entries[f"{path}/x"].executable |= bool(variant % 2)
        made.file(f"{path}/sub/y", b"%d\n" % variant)
        made.entries[f"{path}/l"] = Entry("link", b"x")


def link_text(state: State, variant: int) -> str:
    return f"""\
@rule("lnk/cur")
def cur(out):
    sh(f"ln -s ../{{need('src/{"ab"[variant % 2]}.txt')}} {{out}}")


@rule("lnk/read.txt")
def read(out):
    sh(f"cat {{need('lnk/cur')}} > {{out}}")
"""


def link_make(state: State, variant: int, made: Made, path: str) -> None:
    source = f"src/{'ab'[variant % 2]}.txt"
    content = state.read(made, source)
    if path == "lnk/cur":
        made.entries[path] = Entry("link", f"../{source}".encode())
    else:
        made.file(path, content)


def exe_text(state: State, variant: int) -> str:
    return f"""\
@rule("bin/tool")
def tool(out):
    sh(f"cp {{need('tools/t.sh')}} {{out}}; chmod +x {{out}}")


@rule("build/ran.txt")
def ran(out):
    sh(f"{{need('bin/tool')}} > {{out}}; echo {variant} >> {{out}}")
"""


def exe_make(state: State, variant: int, made: Made, path: str) -> None:
    script = state.read(made, "tools/t.sh")
    if path == "bin/tool":
        made.file(path, script, executable=True)
    else:
        made.file(path, script.rpartition(b"echo ")[2] + b"%d\n" % variant)


# ---- discovered inputs


def dep_text(state: State, variant: int) -> str:
    return f"""\
@rule("gen/hdr.h")
def hdr(out):
    sh(f"cat {{need('src/hdr.src')}} > {{out}}")


@rule("obj/{{stem}}.o")
def dep(out, stem):
    need("gen/hdr.h", order_only=True)
    src = need(f"src/{{stem}}.i")
    sh(f"bash tools/inc.sh {{src}} {{out}} {{out}}.d", depfile=f"{{out}}.d")
    sh(f"echo {variant} >> {{out}}")
"""


def dep_make(state: State, variant: int, made: Made, path: str) -> None:
    if path == "gen/hdr.h":
        made.file(path, state.read(made, "src/hdr.src"))
        return
    state.read(made, "tools/inc.sh")
    content = []
    for line in state.read(made, f"src/{stem_of(path)}.i").splitlines(keepends=True):
        name = line.removeprefix(b"@include ").strip().decode()
        try:
            content.append(state.read(made, name) if line.startswith(b"@include ") else line)
        except Refused as error:
            raise Broken(path) from error
    made.file(path, b"".join(content) + b"%d\n" % variant)


def gcc_text(state: State, variant: int) -> str:
    return f"""\
@rule("obj/{{stem}}.ii")
def gcc(out, stem):
    src = need(f"src/{{stem}}.c")
    sh(f"gcc -E -P -MMD -MF {{out}}.d -Iinc -DN={variant} {{src}} -o {{out}}", depfile=f"{{out}}.d")
"""


def gcc_make(state: State, variant: int, made: Made, path: str) -> None:
    content = []
    for line in state.read(made, "src/c.c").splitlines(keepends=True):
        name = f"inc/{line[10:-2].decode()}"
        if line.startswith(b"#include") and name not in state.files:
            raise Broken(path)
        content.append(state.files[name] if line.startswith(b"#include") else line)
    made.file(path, b"".join(content))


def lazy_text(state: State, variant: int) -> str:
    return f"""\
@rule("gen/list.txt")
def list_of(out):
    sh(f"cp {{need('conf/list')}} {{out}}")


@rule("build/picked.txt")
def picked(out):
    names = lines(need("gen/list.txt"))
    sh(f"cat /dev/null {{need(names)}} > {{out}}; echo {variant} >> {{out}}")
"""


def lazy_make(state: State, variant: int, made: Made, path: str) -> None:
    listed = state.read(made, "conf/list")
    if path == "gen/list.txt":
        made.copy(state, path, "conf/list")
        return
    try:
        content = b"".join([state.read(made, name) for name in listed.decode().split()])
    except Refused as error:
        raise Broken(path) from error
    made.file(path, content + b"%d\n" % variant)


# ---- absence, variables, settings, sources among outputs


def opt_text(state: State, variant: int) -> str:
    return f"""\
@rule("build/opt.txt")
def opt(out):
    need("conf/opt.txt", missing_ok=True)
    sh(f"if [ -e conf/opt.txt ]; then cat conf/opt.txt; else echo none {variant}; fi > {{out}}")
"""


def opt_make(state: State, variant: int, made: Made, path: str) -> None:
    made.file(path, state.files.get("conf/opt.txt", b"none %d\n" % variant))


def env_text(state: State, variant: int) -> str:
    return """\
WORLD_E = env("WORLD_E", "nothing")


@rule("build/env.txt")
def environment(out):
    sh(f"echo {WORLD_E} > {out}")
    sh('echo "$E" >> "$OUT"', E=WORLD_E, OUT=out)
"""


def env_make(state: State, variant: int, made: Made, path: str) -> None:
    made.file(path, f"{state.environment.get('WORLD_E', 'nothing')}\n".encode() * 2)


def config_text(state: State, variant: int) -> str:
    return f"""\
MODE = config("mode", "fast", choices=["fast", "slow"])
if MODE == "fast":
    FLAGS = ["x", "{variant}"]
else:
    FLAGS = ["y", "z z"]


@rule("build/cfg.txt")
def cfg(out):
    sh(f"echo {{FLAGS}} > {{out}}")
"""


def config_make(state: State, variant: int, made: Made, path: str) -> None:
    made.file(path, b"x %d\n" % variant if state.defines.get("mode", "fast") == "fast" else b"y z z\n")


def given_text(state: State, variant: int) -> str:
    return """\
source("build/given.up")


@rule("build/taken.txt")
def taken(out):
    sh(f"cp {need('build/given.up')} {out}")
"""


def given_make(state: State, variant: int, made: Made, path: str) -> None:
    made.copy(state, path, "build/given.up")


# ---- temporary outputs, always


def temp_text(state: State, variant: int) -> str:
    return f"""\
@rule("tmp/{{stem}}.t", temp=True)
def temporary(out, stem):
    sh(f"cat {{need('src/' + stem + '.txt')}} > {{out}}; echo {variant} >> {{out}}")


@rule("build/{{stem}}.fin")
def final(out, stem):
    sh(f"cat {{need('tmp/' + stem + '.t')}} > {{out}}")
"""


def temp_make(state: State, variant: int, made: Made, path: str) -> None:
    content = state.read(made, f"src/{stem_of(path)}.txt")
    made.file(path, content + b"%d\n" % variant)
    made.gone.add(f"tmp/{stem_of(path)}.t")


def always_text(state: State, variant: int) -> str:
    return f"""\
@rule("build/stamp", always=True)
def stamp(out):
    sh(f"echo {variant} > {{out}}")


@rule("build/stamped.txt")
def stamped(out):
    sh(f"cat {{need('build/stamp')}} {{need('build/stamp')}} > {{out}}")
"""


def always_make(state: State, variant: int, made: Made, path: str) -> None:
    made.file(path, b"%d\n" % variant * (2 if path == "build/stamped.txt" else 1))


# ---- Python


def python_text(state: State, variant: int) -> str:
    return f"""\
from helpers import count, shout


@rule("py/{{stem}}.txt")
def python(out, stem):
    return shout(need(f"src/{{stem}}.txt"), out, {variant})


@rule("build/{{stem}}.len")
def length(out, stem):
    size = count(need(f"src/{{stem}}.txt"))
    sh(f"echo {{size}} > {{out}}")
"""


def python_make(state: State, variant: int, made: Made, path: str) -> None:
    content = state.read(made, f"src/{stem_of(path)}.txt")
    if path.startswith("py/"):
        made.file(path, content + b"!" * state.helper + b"%d\n" % variant)
    else:
        made.file(path, b"%d\n" % (len(content) + state.helper // 2))


def rate_text(state: State, variant: int) -> str:
    return f"""\
from helpers import rate


@rule("build/rate.txt")
def rated(out):
    return rate(out, {variant})
"""


def rate_make(state: State, variant: int, made: Made, path: str) -> None:
    made.file(path, b"%d %d\n" % (int(state.read(made, "conf/rate")) + state.helper, variant))


def helpers_text(state: State) -> str:
    """The module that the redunfile imports from: `helper` changes what it does, `looks` only how it is written."""
    note = f"# version {state.looks}\n" * (state.looks % 3)
    gap = "\n" * (state.looks % 2)
    return f'''\
"""Helpers, edition {state.looks}."""

{note}MARK = "!"
MORE = {state.helper} // 2
with open("conf/rate") as stream:
    RATE = int(stream.read())


def decorate(data):
    """Comment {state.looks}."""
    {"# no change" if state.looks % 2 else ""}
    return data + (MARK * {state.helper}).encode()


{gap}def shout(source, out, number):
    with open(source, "rb") as stream:
        data = stream.read()
    with open(out, "wb") as stream:
        stream.write(decorate(data) + b"%d\\n" % number)


def count(source):
    with open(source, "rb") as stream:
        return len(stream.read()) + MORE


def rate(out, number):
    with open(out, "w") as stream:
        stream.write(f"{{RATE + {state.helper}}} {{number}}\\n")
'''


def of_stems(*patterns: str) -> tuple[str, ...]:
    """Expressions of the redunfile for what is made of each source."""
    return tuple([f'[f"{pattern}" for s in STEMS]' for pattern in patterns])


FEATURES: dict[str, Feature] = {
    "up": Feature(up_text, of_stems("build/{s}.up"), up_make, each("build/{}.up")),
    "join": Feature(join_text, ('["build/all.txt"]',), join_make, just("build/all.txt")),
    "two": Feature(two_text, of_stems("gen/{s}.c"), two_make, each("gen/{}.c", "gen/{}.h")),
    "tree": Feature(tree_text, (*of_stems("tree/{s}", "flat/{s}.flat"), '["flat/listing"]'), tree_make, tree_steps),
    "link": Feature(link_text, ('["lnk/cur", "lnk/read.txt"]',), link_make, just("lnk/cur", "lnk/read.txt")),
    "exe": Feature(exe_text, ('["build/ran.txt"]',), exe_make, just("bin/tool", "build/ran.txt")),
    "dep": Feature(
        dep_text, ('["obj/one.o", "obj/two.o"]',), dep_make, just("gen/hdr.h", "obj/one.o", "obj/two.o")
    ),
    "gcc": Feature(gcc_text, ('["obj/c.ii"]',), gcc_make, just("obj/c.ii")),
    "lazy": Feature(lazy_text, ('["build/picked.txt"]',), lazy_make, just("gen/list.txt", "build/picked.txt")),
    "opt": Feature(opt_text, ('["build/opt.txt"]',), opt_make, just("build/opt.txt")),
    "env": Feature(env_text, ('["build/env.txt"]',), env_make, just("build/env.txt")),
    "config": Feature(config_text, ('["build/cfg.txt"]',), config_make, just("build/cfg.txt")),
    "given": Feature(given_text, ('["build/taken.txt"]',), given_make, just("build/taken.txt")),
    "temp": Feature(temp_text, of_stems("build/{s}.fin"), temp_make, each("build/{}.fin")),
    "always": Feature(
        always_text, ('["build/stamped.txt"]',), always_make, just("build/stamp", "build/stamped.txt")
    ),
    "python": Feature(
        python_text, of_stems("py/{s}.txt", "build/{s}.len"), python_make, each("py/{}.txt", "build/{}.len")
    ),
    "rate": Feature(rate_text, ('["build/rate.txt"]',), rate_make, just("build/rate.txt")),
}  # fmt: skip
NEEDS = {"join": ("up",), "lazy": ("up",), "gcc": ("dep",)}  # features whose rules read what others make


def on(state: State) -> list[str]:
    """The features of the project, those first that others need."""
    wanted = {*state.rules, *[need for name in state.rules for need in NEEDS.get(name, ())]}
    return [name for name in FEATURES if name in wanted]


def redunfile_text(state: State) -> str:
    """The redunfile: `order` decides how the same rules are arranged, named and spaced."""
    random = Random(state.order)
    names = on(state)
    random.shuffle(names)
    blocks = ['"""A project of the world."""\n\nSTEMS = [file.stem for file in glob("src/*.txt")]\nALL = []\n']
    for name in names:
        text = FEATURES[name].text(state, state.rules.get(name, 0))
        if random.random() < 0.5:
            text = text.replace("def ", f"def {random.choice(('make', 'x', 'rule'))}_")
        if random.random() < 0.5:
            text = f"# {random.random()}\n{text}"
        blocks.append(text)
    for name in names:
        blocks += [f"ALL += {text}\n" for text in FEATURES[name].targets]
    blocks.append("group('all', ALL)\ndefault('all')\n")
    return ("\n" * random.randint(1, 3)).join(blocks)


def expected(state: State) -> Made:
    """What a build must leave behind; raises Refused when the plan must be refused."""
    made = Made()
    for name in on(state):
        feature = FEATURES[name]
        variant = state.rules.get(name, 0)
        for path in feature.steps(state, variant):
            try:
                feature.make(state, variant, made, path)
            except Broken:
                made.broken.add(path)
    return made
