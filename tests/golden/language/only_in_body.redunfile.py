sh("true")


def helper():
    return need("x")


A = helper()
B = need("x", order_only=True)
