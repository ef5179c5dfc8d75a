A = sorted([1, "a"])
B = max(1, "a")
