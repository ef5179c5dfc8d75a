# targets: out/ab.x
@rule("out/a{s}.x")
def r(out, s):
    sh(f"touch {out}")


@rule("out/{s}b.x")
def t(out, s):
    sh(f"touch {out}")
