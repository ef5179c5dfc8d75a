# targets: out
@rule("out")
def r(out):
    sh(f"x {dict(a=1)} > {out}")
