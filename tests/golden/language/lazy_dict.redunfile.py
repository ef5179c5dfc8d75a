from pipeline import f

A = {x: 1 for x in f(1)}
