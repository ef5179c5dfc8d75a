@rule(".redun/state.db")
def r(out):
    sh(f"touch {out}")
