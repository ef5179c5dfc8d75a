from pipeline import f


@rule("out", executor="batch")
def r(out):
    sh(f"touch {out}")


A = task(f, executor="thraed")(1)
