@action
def a(out):
    sh("true")
