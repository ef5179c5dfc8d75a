# targets: //:tset
# here: sub
include("sub")
group("test", "a")
# ---- sub/redunfile.py
group("test", "b")
