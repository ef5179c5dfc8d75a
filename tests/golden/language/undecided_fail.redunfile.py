from pipeline import f

X = 1 if f(1) else fail("no")
