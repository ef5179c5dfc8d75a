if x = 1:
    pass

f(a.b = 1)
y = [a = 1]
x == 1 = 2
