@rule("out")
def r(out):
    need("x")


@check
def c():
    pass
