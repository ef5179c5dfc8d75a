a = (x for x in y)
b = f(x for x in y, 1)
