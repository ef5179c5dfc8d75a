SOURCES = ["a"]


@rule("out")
def r(out):
    """Make it."""
    sh(f"cat {SOURCE} > {out}")
