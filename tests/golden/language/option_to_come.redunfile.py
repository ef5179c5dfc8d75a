@rule("out", tags=["slow"])
def r(out):
    sh(f"touch {out}")
