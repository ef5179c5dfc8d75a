# targets: out
@rule("out")
def r(out):
    command = f"echo '{out}'"
    sh(command)
