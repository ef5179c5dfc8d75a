# targets: a.o a.d
@rule("a.o")
def compiled(out):
    sh(f"cc -MD -c a.c", depfile="a.d")


@rule("{name}.d")
def listed(out, name):
    sh(f"cc -M {name}.c > {out}")
