@rule("out")
def r(out):
    include("sub")
    sh(f"touch {out}")
