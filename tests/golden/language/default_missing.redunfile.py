@rule("a.txt")
def made(out):
    sh(f"echo > {out}")


default("a.txt", "nothere.txt")
