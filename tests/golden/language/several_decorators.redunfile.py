@check
@action
def a():
    sh("true")
