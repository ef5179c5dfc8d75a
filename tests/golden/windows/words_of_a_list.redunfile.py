A = words(["a b"])
