@rule("all")
def r(out):
    sh(f"touch {out}")


group("all", "x")
