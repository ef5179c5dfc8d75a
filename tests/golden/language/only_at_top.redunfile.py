# targets: out
@rule("out")
def r(out):
    group("x", "y")
    sh(f"touch {out}")
