@rule("out/{s}")
def r(out, s):
    sh(f"touch {out}")
