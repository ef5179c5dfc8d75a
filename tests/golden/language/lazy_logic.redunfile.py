from pipeline import f

A = f(1) and 2
B = not f(1)
assert f(1)
C = 1 in f(1)
D = 1 < f(2) < 3
