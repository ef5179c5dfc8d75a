CC = "cc"


@rule("out")
def r(out):
    sh(f"{CC} -o {out}")
    CC = "gcc"
