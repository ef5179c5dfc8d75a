@rule("out/{sample}", where={"smaple": ["a"]})
def r(out, sample):
    sh(f"touch {out}")
