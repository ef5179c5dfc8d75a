N = 3
assert N < 3, f"too many: {N}"
assert N == 4
