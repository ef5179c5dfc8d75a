from pipeline import f

group("test", "a")


@check
def test():
    sh("true")


group("test", "b")
score = f(1)


@action("score")
def s():
    sh("true")
