a = "grep '\.c$'"
b = "\x4"
c = "\ud800"
d = "\N{no such character}"
e = "\777"
f = f"{x}\d"
g = f"\{x}"
h = """two
lines \q"""
