from pipeline import f

if f(1):
    include("sub")
# ---- sub/redunfile.py
group("x", "y")
