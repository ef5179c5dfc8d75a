# targets:
@rule("out")
def r(out):
    sh(f"touch {out}")


default("outt")
