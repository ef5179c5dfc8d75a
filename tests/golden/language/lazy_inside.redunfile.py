from pipeline import f

A = [f(1)] == [f(2)]
