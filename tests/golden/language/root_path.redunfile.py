# files: tools/gen.py
# targets: sub/a
include("sub")
# ---- sub/redunfile.py
@rule("a")
def made(out):
    sh(f"python3 //tools/gen.py --url=http://x//y //nowhere > {out}")
