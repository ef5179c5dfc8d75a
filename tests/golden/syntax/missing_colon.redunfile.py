for p in ["a"]
    f(p)

def f(x)
    pass

if x
    f()
else
    g()
