from pipeline import f

@rule("out")
def r(out):
    sh(f"x {f(1)} {out}", cwd="sub")
