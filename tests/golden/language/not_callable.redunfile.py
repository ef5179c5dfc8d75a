A = "x"
B = A(1)
