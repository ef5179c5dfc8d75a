MINE = glob("build/[ab].o", "obj/*.o")
NAMES = stems("build/{name}.o")
OBJECTS = glob("build/**/*.o")


@rule("build/{name}.o")
def cc(out, name):
    sh(f"cc -c {name}.c -o {out}")


@rule("obj/{name}.o", where={"name": "[ab]"})
def other(out, name):
    sh(f"cc -c {name}.c -o {out}")
