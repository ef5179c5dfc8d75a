x = f"{'\n'.join(a)}"
y = f"{a\b}"
