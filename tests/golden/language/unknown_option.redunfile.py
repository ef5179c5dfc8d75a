from pipeline import f

@rule("out", retry=3)
def r(out):
    sh(f"touch {out}")


A = task(f, timout="2h")


@rule("{name}.o", depfile="{name}.d")
def cc(out, name):
    sh(f"cc -MMD -MF {name}.d -c {name}.c -o {out}")
