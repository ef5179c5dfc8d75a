group("a/b", "x")


@action("a b")
def s():
    sh("true")
