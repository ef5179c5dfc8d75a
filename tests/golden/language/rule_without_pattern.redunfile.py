@rule
def a(out):
    sh(f"touch {out}")


@rule(temp=True)
def b(out):
    sh(f"touch {out}")
