@rule("samples.csv")
def samples(out):
    sh(f"touch {out}")


@rule("list.txt")
def names(out):
    sh(f"echo {[row['sample'] for row in table('samples.csv')]} > {out}")
