# targets: x
@rule("out/{n}")
def r(out, n):
    sh(f"touch {out}")


group("x", r)
