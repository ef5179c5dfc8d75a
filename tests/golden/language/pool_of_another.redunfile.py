include("sub")

pool("disk", 1)


@rule("a", pool="disk")
def a(out):
    sh(f"touch {out}")


# ---- sub/redunfile.py
@rule("b", pool="disk")
def b(out):
    sh(f"touch {out}")
