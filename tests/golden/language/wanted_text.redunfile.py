A = glob(3)
B = env(["A"])
