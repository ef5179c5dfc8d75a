"""The brotli tool, from the C sources of its PyPI release (see fetch.py)."""

from redo_py.build import check, config, default, env, glob, need, rule, sh, words

CC = words(env("CC", "cc"))
MODE = config("mode", "release", choices=["release", "debug"])
CFLAGS = ["-Ic/include"] + (["-O2"] if MODE == "release" else ["-O0", "-g"])
OBJECTS = [f"build/{f.with_suffix('.o')}" for f in glob("c/**/*.c")]


@rule("build/{stem}.o")
def cc(out, stem):
    """Compile one C file."""
    src = need(f"{stem}.c")
    sh(f"{CC} {CFLAGS} -MMD -MF {out}.d -c {src} -o {out}", depfile=f"{out}.d")


@rule("bin/brotli")
def link(out):
    """Link the tool."""
    sh(f"{CC} -o {out} {need(OBJECTS)} -lm")


@check
def round_trip():
    """What is compressed comes back the same."""
    tool = need("bin/brotli")
    text = need("c/enc/encode.c")
    sh(f"{tool} -c {text} | {tool} -dc | cmp - {text}")


default("bin/brotli")
