@rule("pyproject.toml")
def settings(out):
    sh(f"touch {out}")
