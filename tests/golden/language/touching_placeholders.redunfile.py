@rule("out/{a}{b}")
def r(out, a, b):
    sh(f"touch {out}")
