include("sub")
pool("link", 2)
# ---- sub/redunfile.py
@rule("b.txt", pool="links")
def b(out):
    sh(f"touch {out}")

@rule("c.txt", pool="link")
def c(out):
    sh(f"touch {out}")

@rule("d.txt", pool="lnk")
def d(out):
    sh(f"touch {out}")

pool("lnk", 1)
