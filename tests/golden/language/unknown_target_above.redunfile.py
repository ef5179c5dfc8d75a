# targets: o.txt
# here: sub
@rule("o.txt")
def r(out):
    sh(f"touch {out}")
