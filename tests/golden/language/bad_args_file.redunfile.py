# targets: out
@rule("out")
def r(out):
    sh(f"ld {args_file([True])} {out}")
