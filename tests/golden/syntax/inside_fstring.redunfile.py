@action
def a():
    sh(f"""
        echo {need("a" "b",,)}
    """)


x = f"{a +}"
y = f"{f(1 2)}"
z = f"{a b}"
w = f"{x = 1}"
u = f"{[1, 2}"
v = f"one {two} {three.}"
t = f"{f(x=1=2)}"
s = f"{lambda: 1}"
r = f"{“a”}"
