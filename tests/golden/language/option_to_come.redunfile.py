@rule("out", memory="16G")
def r(out):
    sh(f"touch {out}")
