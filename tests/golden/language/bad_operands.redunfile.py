A = 1 + "a"
B = ["a"] + "b"
C = True + 1
D = 1 < "a"
E = True < 2
F = 1 in "a"
G = 1 in 2
H = "%s" % 3
