A = words("cc '-O2")
B = words("a \"b")
