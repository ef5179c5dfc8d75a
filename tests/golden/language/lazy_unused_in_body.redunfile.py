# targets: go
from pipeline import f

@action
def go():
    f(1)
    sh("true")
