@action
def a(*names):
    sh("true")
