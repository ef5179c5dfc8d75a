# targets: //sub:tset
include("sub")
# ---- sub/redunfile.py
group("test", "a")
