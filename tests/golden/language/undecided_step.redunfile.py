from pipeline import f

@rule("out")
def r(out):
    X = sh("a") if f(1) else sh("b")
