def h(a, b=1, *, c=2):
    return a


A = h()
B = h(1, 2, 3)
C = h(1, d=4)
D = h(1, a=1)
E = glob()
F = pool("x")
G = lines("a", "b")
H = need("a", order=True)
I = h(**3)
J = env("A", name="B")
K = dict(1)
L = h(1, **{"b": 2, "c": 3, "e": 5})
