# targets: out
@rule("out")
def r(out):
    need(3)
    sh(f"touch {out}")
