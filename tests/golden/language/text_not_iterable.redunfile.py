for c in "abc":
    pass
A = [c for c in "abc"]
B = list("abc")
