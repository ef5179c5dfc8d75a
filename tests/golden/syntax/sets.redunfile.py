a = {1, 2}
b = {x for x in y}
c = {1}
