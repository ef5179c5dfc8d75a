from pipeline import f

@f
def a():
    sh("true")


@glob("x")
def b():
    sh("true")
