for c in 3:
    pass
A, B = 5
C = len(7)
D = max(*8)
