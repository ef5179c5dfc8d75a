A = int("x")
B = float([1])
