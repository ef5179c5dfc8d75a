# targets: gen/x gen/x/a.c
@rule("gen/{n}/")
def r(out, n):
    sh(f"mkdir {out}")


@rule("gen/{n}.c")
def s(out, n):
    sh(f"touch {out}")
