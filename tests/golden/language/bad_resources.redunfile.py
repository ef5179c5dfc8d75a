@rule("a", memory="16 bananas")
def a(out):
    sh(f"touch {out}")


@rule("b", memory="16")
def b(out):
    sh(f"touch {out}")


@rule("c", cpus=-1)
def c(out):
    sh(f"touch {out}")


@rule("d", cpus="4G")
def d(out):
    sh(f"touch {out}")


@rule("e", gpus=0.5)
def e(out):
    sh(f"touch {out}")


@rule("f", limits={"db": 0})
def f(out):
    sh(f"touch {out}")


@rule("g", limits="db")
def g(out):
    sh(f"touch {out}")


@check(timeout=-5)
def h():
    sh("true")


@action(cpu=4)
def i():
    sh("true")


@rule("j", cpus=2, vcpus=2)
def j(out):
    sh(f"touch {out}")
