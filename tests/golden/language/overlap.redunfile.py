@rule("gen/")
def r(out):
    sh(f"mkdir {out}")


@rule("gen/a.c")
def s(out):
    sh(f"touch {out}")
