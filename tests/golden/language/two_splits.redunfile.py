# targets: out/1-2-3
@rule("out/{a}-{b}")
def r(out, a, b):
    sh(f"touch {out}")
