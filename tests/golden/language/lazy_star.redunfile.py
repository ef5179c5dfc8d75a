from pipeline import f

A = max(*f(1))
