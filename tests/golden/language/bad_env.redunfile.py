# targets: out
@rule("out")
def r(out):
    sh("make", env=["CC=gcc"])
