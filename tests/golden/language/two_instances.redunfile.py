# targets: a/1-2-3 b/1-2-3 a/1-2/3
@rule("a/{x}/{y}", "b/{x}-{y}")
def r(out, x, y):
    sh(f"touch {out}")


@rule("a/{x}-{y}-{z}", "b/{x}-{y}-{z}")
def s(out, x, y, z):
    sh(f"touch {out}")
