@rule("out/{a}.c", "out/{b}.h")
def r(out, a):
    sh(f"touch {out}")
