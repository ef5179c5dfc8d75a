# files: deep/lib/redunfile.py
# links: sub/link=deep/lib
include("sub")
# ---- sub/redunfile.py
include("link")
