# targets: out
@rule("out")
def r(out):
    sh(f"x {True} > {out}")
