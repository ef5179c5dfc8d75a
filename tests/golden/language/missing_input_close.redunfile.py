# targets: out
@rule("data/table.csv")
def t(out):
    sh(f"touch {out}")


@rule("out")
def r(out):
    sh(f"cp {need('data/tabel.csv')} {out}")
