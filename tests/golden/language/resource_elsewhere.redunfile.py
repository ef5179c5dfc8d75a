THREADS = cpus + 1
NAME = f"out-{cpus}"


@rule("out")
def r(out):
    need(f"in-{gpus}")
    sh(f"touch {out}")
