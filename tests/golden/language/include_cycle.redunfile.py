include("one")
# ---- one/redunfile.py
include("../two")
# ---- two/redunfile.py
from ..one.redunfile import NAME
