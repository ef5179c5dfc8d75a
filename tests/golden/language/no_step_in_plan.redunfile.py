# targets: c
@check
def c():
    for p in glob("*.test"):
        sh(f"run {p}")
