from pipeline import f

include(f(1))
A = include("sub") if f(2) else None
# ---- sub/redunfile.py
group("x", "y")
