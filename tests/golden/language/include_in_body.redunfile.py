@rule("out")
def r(out):
    from .sub.redunfile import NAME

    sh(f"echo {NAME} > {out}")
# ---- sub/redunfile.py
NAME = 1
