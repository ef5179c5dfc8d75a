from pipeline import f

f(1)


@action
def go():
    sh("true")
