@rule("out/{n}", where={"n": "[a"})
def r(out, n):
    sh(f"touch {out}")
