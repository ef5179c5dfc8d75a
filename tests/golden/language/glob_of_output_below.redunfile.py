# files: sub/a.txt
ALL = glob("sub/*.txt")
include("sub")
# ---- sub/redunfile.py
@rule("b.txt")
def b(out):
    sh(f"touch {out}")
