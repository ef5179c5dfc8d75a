@rule("out")
def r(out):
    sh(f"cat {glob('src/*.c')} > {out}")


A = glob("lib/*.c")
B = stems("lib/{name}.c")
