A = "a".upper
