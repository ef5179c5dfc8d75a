# targets: out
@rule("out", cpus=2)
def r(out):
    sh("make -j{cpus}")
