from pipeline import f

for x in f(1):
    pass
