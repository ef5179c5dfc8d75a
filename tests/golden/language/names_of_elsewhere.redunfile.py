# Names that somebody brings along from Python and from other tools.
NAMES = ["a", "b"]


@rule("{name}.txt")
def text(out, name):
    print("making", out)
    shell(f"touch {expand('x')} {wildcards} > {out}")
