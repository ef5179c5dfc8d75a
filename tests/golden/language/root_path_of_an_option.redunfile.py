# targets: sub/a
include("sub")
# ---- sub/redunfile.py
@rule("a")
def made(out):
    sh(f"cc -DX=//x -I//include -c a.c -o {out}")
