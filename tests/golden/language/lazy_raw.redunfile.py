from pipeline import f

@rule("out")
def r(out):
    sh(f"x {raw(f(1))} {out}")
