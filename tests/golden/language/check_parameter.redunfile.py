@check
def a(name):
    sh("true")
