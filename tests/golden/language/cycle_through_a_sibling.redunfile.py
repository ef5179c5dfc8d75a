# targets: a
@rule("a")
def make_a(out):
    sh(f"cat {need(['./b', './c'])} > {out}")


@rule("b")
def make_b(out):
    sh(f"cp {need('c')} {out}")


@rule("c")
def make_c(out):
    sh(f"cp {need('b')} {out}")
