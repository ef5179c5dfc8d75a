@rule("out", retries="three", timeout="2 weeks")
def r(out):
    sh(f"touch {out}")


@rule("x", timeout="soon")
def x(out):
    sh(f"touch {out}")
