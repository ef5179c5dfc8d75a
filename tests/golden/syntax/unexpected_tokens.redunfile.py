x = * 2
x = +1
for i, (a, b) in y:
    pass
x y = 1
a not b
x = if
f(,)
[,]
def 1f(): pass
x = a.1
print("a") print("b")
match x:
    pass
type A = int
x = = 1
x = y z
