"""Small redunfiles that between them use all of the syntax; what the fuzz tests start from."""

from __future__ import annotations

SAMPLES: tuple[str, ...] = (
    '''"""Two programs
    sharing one library."""

from redo_py.build import env, need as wants, rule
from .sub.redunfile import (a, b as c,)
from . import d
from ...up.there import e
''',
    """CC, LD = words(env("CC", "cc")), "ld"
MODE: str = config("mode", 'release', choices=["debug", "release"])
CFLAGS = ["-Wall", "-I" "include"] + (["-g"] if MODE == "debug" else ["-O2"])
CFLAGS += [r"-D'x\\d'", "a\\tb\\x41\\u00e9\\N{BULLET}\\101\\
c"]; pass
""",
    """LIB = [f"build/{f.stem}.o" for f in glob("lib/*.c") if f.stem != "x" if not f.name in SKIP]
ALL = {k: v[0] for k, v in pairs for (w, x) in v}
N = -1 + 2 * 3 // 4 % 5 / 6 - -x[1:2][:][a:][:b][0]
F = 1.5e3 + .5 + 1. + 0x1F + 0b1_0 + 0o17 + 1_000 + 00
B = not a and b or c and not (d or e) if f else None
""",
    """C = a < b <= c == d != e > f >= g in h not in i is None is not None
T = (), (1,), (1, 2), [], {}, {"a": 1, "b": [True, False, None],}
D = (
    "one text "  # of two
    f"on two lines {x}"
)
""",
    '''@rule("build/{sub}/{stem}.o", c="x", always=True,)
@other.thing
def cc(out, sub: str, stem="x", *rest, flag: int = 1, other) -> None:
    """Compile one C file.

        Indented.
    """
    src = need(f"{sub}/{stem}.c")  # comment
    sh(f"{CC} {CFLAGS} -c {src:>10} -o {out}", *more, depfile=f"{out}.d", **options)


def keyword(a, *, b=2, c): return a, b
''',
    """@action
def test(filter="", n: int = 3):
    for p, q in zip(PROGS, [1, 2]):
        if p == q:
            sh(f"{need('bin/' + p)} | grep -q {p} {{literal}} {d['k']:d}".replace("x", "y"))
        elif q: pass
        else:
            assert p, "message"
            return

    return task(x)(y).z[0]
""",
    '''sh(f"""
    {a} and {need(
        "x", [y
        for y in z])} and {'it' "s"}
    awk '{{print $1}}' {f'{nested}'}
""")
for i in range(3): x += [i]; y += 1
if any(f.size > 1 for f in files):
    f(*a, b=1, *c, **d)
''',
    """for (a, b) in x, y:
    @check
    def inner():
        'doc'
        return
x = rf'{a}\\d{b}' 'c' "" f"" f'' F"{ a }" f"{a!=b}" f"{a == b}" f"{x:=5}" u'z'
é = naïve
""",
)
