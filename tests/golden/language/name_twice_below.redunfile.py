include("sub")
group("test", "x")
# ---- sub/redunfile.py
group("test", "x")

@check
def test():
    sh("true")
