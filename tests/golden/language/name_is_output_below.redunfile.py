include("sub")
# ---- sub/redunfile.py
group("test", "x")

@rule("test")
def t(out):
    sh(f"touch {out}")
