include("sub")

@rule("sub/redunfile.py")
def b(out):
    sh(f"touch {out}")
# ---- sub/redunfile.py
X = 1
