# targets: all.out
@rule("all.out")
def all_(out):
    sh(f"cat {glob('*.txt')} > {out}")


@rule("gen.txt")
def gen(out):
    sh(f"date > {out}")
