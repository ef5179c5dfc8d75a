# targets: out
@rule("out")
def r(out):
    sh("  ")
