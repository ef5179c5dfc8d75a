@rule("out/{n}", where=["a"])
def r(out, n):
    sh(f"touch {out}")


@rule("x/{n}", where={"n": 3})
def s(out, n):
    sh(f"touch {out}")
