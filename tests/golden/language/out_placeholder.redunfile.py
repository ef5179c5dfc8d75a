@rule("b/{out}")
def made(out):
    sh(f"echo > {out}")
