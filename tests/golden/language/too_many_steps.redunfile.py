N = range(1000000)
for a in N:
    for b in [0]:
        X = list(N)
