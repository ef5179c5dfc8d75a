def twice(g, x):
    return g(g, x)


X = twice(twice, 1)
