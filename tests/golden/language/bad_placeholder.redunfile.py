@rule("out/{}.o")
def r(out):
    sh(f"touch {out}")


@rule("out/{a b}.o")
def s(out):
    sh(f"touch {out}")


@rule("out/a}")
def t(out):
    sh(f"touch {out}")
