A = ["a"]
B = A["x"]
