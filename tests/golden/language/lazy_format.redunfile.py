from pipeline import f

A = f"{f(1):03d}"
