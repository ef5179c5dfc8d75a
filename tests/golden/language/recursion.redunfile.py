def a(n):
    return b(n)


def b(n):
    return a(n - 1)


X = a(3)
