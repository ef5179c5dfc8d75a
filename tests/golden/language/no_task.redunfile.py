def g(x):
    return x


A = task(g, executor="batch")
