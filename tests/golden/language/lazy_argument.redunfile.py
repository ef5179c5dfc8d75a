from pipeline import f

A = range(f(1))
B = glob(f("x"))
C = zip(f(1), [2])
