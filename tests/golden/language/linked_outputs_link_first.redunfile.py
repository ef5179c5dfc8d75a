# links: b=real
# targets: b/1.txt real/1.txt
@rule("real/{n}.txt")
def one(out, n):
    sh(f"echo one > {out}")


@rule("b/{n}.txt")
def two(out, n):
    sh(f"echo two > {out}")
