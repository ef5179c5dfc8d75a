def f():
    if x:
        g()
      h()
