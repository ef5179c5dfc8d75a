for x in y:
    f()
else:
    g()
