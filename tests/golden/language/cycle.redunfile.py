# targets: a
@rule("a")
def make_a(out):
    sh(f"cp {need('./b')} {out}")


@rule("b")
def make_b(out):
    sh(f"cp {need('c')} {out}")


@rule("c")
def make_c(out):
    need("a", order_only=True)
    sh(f"touch {out}")
