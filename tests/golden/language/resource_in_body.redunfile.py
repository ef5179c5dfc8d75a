# targets: out
@rule("out", cpus=2)
def r(out):
    need(f"in-{gpus}")
    sh(f"touch {out}")
