# targets: out
@rule("out")
def r(out):
    sh("a", depfile="a.d")
    sh("b", depfile="b.d")
