@rule("out")
def r(out):
    sh(f"cc -c {s.c -o {out}")


x = f"{"
y = f"{a"
z = f"{'a}"
