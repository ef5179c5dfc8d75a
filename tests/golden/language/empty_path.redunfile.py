# targets: out
@rule("out")
def r(out):
    need("")
    sh(f"touch {out}")
