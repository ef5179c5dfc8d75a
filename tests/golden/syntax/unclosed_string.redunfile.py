a = "abc
b = 'it's
c = f"{x}
