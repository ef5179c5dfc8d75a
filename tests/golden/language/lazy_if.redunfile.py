from pipeline import f

READY = f(1)
if READY:
    X = 1
