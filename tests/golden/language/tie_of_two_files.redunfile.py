# targets: sub/a.o
include("sub")

@rule("sub/{stem}.o")
def one(out, stem):
    sh(f"touch {out}")
# ---- sub/redunfile.py
@rule("{s}.o")
def two(out, s):
    sh(f"touch {out}")
