include("sub")

@rule("sub/out")
def one(out):
    sh(f"touch {out}")
# ---- sub/redunfile.py
@rule("out")
def two(out):
    sh(f"touch {out}")
