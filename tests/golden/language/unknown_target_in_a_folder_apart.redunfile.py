# targets: sub/apart/out.o
# files: sub/apart/redunfile.py
include("sub")
# ---- sub/redunfile.py
X = 1
