x = 1
else:
    y = 2

elif z:
    y = 3
