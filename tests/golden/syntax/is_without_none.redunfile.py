a = x is 1
b = x is not y
c = None is x is y
