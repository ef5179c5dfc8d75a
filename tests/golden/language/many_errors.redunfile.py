A = undefined
B = A + 1
C = [1] + "x"


@rule("out/{n}")
def r(out, m):
    sh(f"cp '{out}' {missing}")


group("x", B)
D = int("y")
