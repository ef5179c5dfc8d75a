@rule("out")
def r(out):
    sh(f"touch {out}")


source("out")
