from pipeline import f

A = [x + y for x in f(1) for y in f(2)]
B = [x for x in f(1) if x]
C = [x for y in [1] for x in f(y)]
