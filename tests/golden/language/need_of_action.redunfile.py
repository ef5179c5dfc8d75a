# targets: out
@action
def deploy():
    sh("true")


@rule("out")
def r(out):
    need("deploy")
    sh(f"touch {out}")
