# targets: out
@check
def lint():
    sh("lint")


@rule("out")
def r(out):
    need("lint")
    sh(f"touch {out}")
