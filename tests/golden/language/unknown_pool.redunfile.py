pool("link", 2)


@rule("out", pool="lnik")
def r(out):
    sh(f"touch {out}")
