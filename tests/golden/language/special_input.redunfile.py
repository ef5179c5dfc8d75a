# targets: out
# pipes: pipe
@rule("out")
def r(out):
    sh(f"cat {need('pipe')} > {out}")
