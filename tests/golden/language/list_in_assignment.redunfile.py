# targets: out
A = ["a", "b"]


@rule("out")
def r(out):
    sh(f"FLAGS={A} make {out}")
