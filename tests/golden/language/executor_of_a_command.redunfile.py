# targets: out
@rule("out", executor="thread")
def r(out):
    sh(f"touch {out}")
