if x:
y = 1

def f():

@rule("x")
def g(out):
    # nothing
