# targets: out
A = ["a", "b"]


@rule("out")
def r(out):
    sh(f"x {A}$(date) {out}")
