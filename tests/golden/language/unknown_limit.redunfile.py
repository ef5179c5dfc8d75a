pool("net", 2)


@rule("k", limits=["net", "nett"])
def k(out):
    sh(f"touch {out}")
