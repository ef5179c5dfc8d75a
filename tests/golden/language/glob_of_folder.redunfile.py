X = glob("gen/sub/*.c")


@rule("gen/")
def gen(out):
    sh(f"generate {out}")
