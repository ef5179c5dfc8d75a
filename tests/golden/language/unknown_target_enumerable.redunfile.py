# targets: out/b.bam
@rule("out/{s}.bam", where={"s": ["a", "bb"]})
def r(out, s):
    sh(f"touch {out}")
