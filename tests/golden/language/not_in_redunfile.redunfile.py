from .sub.redunfile import FLAG

@rule("x")
def x(out):
    sh(f"echo {FLAG} > {out}")
# ---- sub/redunfile.py
FLAGS = []
