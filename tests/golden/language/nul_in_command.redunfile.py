# targets: out
@rule("out")
def r(out):
    sh("a\0b")
