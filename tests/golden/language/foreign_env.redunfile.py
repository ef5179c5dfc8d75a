# targets: out
@rule("out")
def r(out):
    sh("a", shell="python3", x="1")
    sh("b", shell="python3", x="2")
