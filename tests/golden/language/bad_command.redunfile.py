# targets: out
@rule("out")
def r(out):
    sh(["cp", "a", "b"])
