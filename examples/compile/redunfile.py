"""The same two programs, as rules."""

from redo_py.build import default, need, rule, sh

PROGRAMS = ["prog", "prog2"]


@rule("build/{name}.o")
def cc(out, name):
    """Compile one C file."""
    sh(f"cc -c {need(name + '.c')} -o {out}")


@rule("build/{program}", where={"program": PROGRAMS})
def link(out, program):
    """Link one program."""
    sh(f"cc -o {out} {need([f'build/{program}.o', 'build/lib.o'])}")


default([f"build/{program}" for program in PROGRAMS])
