from pipeline import f

A = f(glob)
