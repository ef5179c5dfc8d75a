from pipeline import f

@rule("out", retry=3)
def r(out):
    sh(f"touch {out}")


A = task(f, timout="2h")
