x = “hello”
y = 1 – 2
f(a，b)
x = 1
