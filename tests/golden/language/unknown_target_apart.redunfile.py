# targets: //sub/apart:test
# files: sub/apart/redunfile.py
group("nothing", "x")
include("sub")
# ---- sub/redunfile.py
X = 1
