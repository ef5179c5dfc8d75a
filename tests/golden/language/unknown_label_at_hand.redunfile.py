include("sub")
default("//sub:all")
# ---- sub/redunfile.py
group("all", ":tset")
group("test", "x")
