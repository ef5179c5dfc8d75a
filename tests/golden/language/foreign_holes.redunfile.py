# targets: out
@rule("out")
def r(out):
    sh(f"open({out})", shell="python3")
