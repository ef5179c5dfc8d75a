A = "a".stirp()
B = [1].append(2)
C = "a".format(1)
D = need("a.c").exists()
