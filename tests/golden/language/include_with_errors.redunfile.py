include("one")
A = B
include("two")
C = D
# ---- one/redunfile.py
group("x", "y"
# ---- two/redunfile.py
E = F
G = E + 1
H = I
