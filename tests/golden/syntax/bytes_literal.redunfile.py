a = b"abc"
c = ["x", Rb'\d']
