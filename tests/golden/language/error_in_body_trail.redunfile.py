# targets: top
@rule("top")
def top(out):
    sh(f"cat {need('mid/x')} > {out}")


@rule("mid/{n}")
def mid(out, n):
    sh(f"cp {need('low/' + n)} {out}")


@rule("low/{n}")
def low(out, n):
    sh(f"echo {int(n)} > {out}")
