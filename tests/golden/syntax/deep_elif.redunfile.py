if x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
elif x:
    f()
