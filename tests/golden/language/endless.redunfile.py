# targets: out/a
@rule("out/{x}")
def r(out, x):
    sh(f"cp {need(f'out/{x}.orig')} {out}")
