include("sub")

@rule("x")
def x(out):
    need("//sub:tests")
    sh(f"touch {out}")

default("x")
# ---- sub/redunfile.py
group("test", "a")
