# targets: tset
# here: sub/deep
include("sub")
group("tests", "a")
# ---- sub/redunfile.py
group("test", "b")
