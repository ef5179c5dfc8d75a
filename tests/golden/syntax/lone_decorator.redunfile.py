@rule("x")
x = 1

@check
@action
