"""A greeting in two C files."""

from redo_py.build import check, default, env, glob, group, need, rule, sh, words

CC = words(env("CC", "cc"))
CFLAGS = ["-Wall", "-O1"]
OBJECTS = [f"build/{src.stem}.o" for src in glob("src/*.c")]


@rule("build/{stem}.o")
def cc(out, stem):
    """Compile one C file; the compiler says which headers it read."""
    src = need(f"src/{stem}.c")
    sh(f"{CC} {CFLAGS} -MMD -MF {out}.d -c {src} -o {out}", depfile=f"{out}.d")


@rule("build/hello")
def link(out):
    """Link the program."""
    sh(f"{CC} -o {out} {need(OBJECTS)}")


@check
def test():
    """Greet somebody and look at the words."""
    sh(f"{need('build/hello')} redo | grep -qx 'Hello, redo!'")


group("all", "build/hello")
default("all")
