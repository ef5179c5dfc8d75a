# targets: out
@rule("out")
def r(out):
    sh(f"touch {out}")
    return 3
