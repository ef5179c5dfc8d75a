@rule("/")
def r(out):
    sh(f"touch {out}")
