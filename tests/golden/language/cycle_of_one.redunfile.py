# targets: a
@rule("a")
def make_a(out):
    sh(f"cp {need('a')} {out}")
