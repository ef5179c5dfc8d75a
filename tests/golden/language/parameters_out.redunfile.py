@rule("b.txt")
def made(outp):
    sh(f"echo > {outp}")


@rule("{x}/{y}.txt", "{y}/{x}.log")
def two(out, x, z, u):
    sh(f"echo > {out}")
