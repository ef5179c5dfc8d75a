@rule("tools/version")
def tool(out):
    sh(f"touch {out}")


@rule("version.txt")
def version(out):
    sh(f"echo {stdout('tools/version')} > {out}")
