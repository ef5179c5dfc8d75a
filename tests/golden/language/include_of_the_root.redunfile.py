include("sub")
# ---- sub/redunfile.py
include("//")
