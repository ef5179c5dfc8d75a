# targets: //lib/...
include("library")
# ---- library/redunfile.py
group("all", "x")
