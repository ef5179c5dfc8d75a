from pipeline import f

score = f(1)


@action("score")
def s():
    sh("true")
