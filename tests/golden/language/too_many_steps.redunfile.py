N = range(100000)
for a in N:
    for b in N:
        pass
