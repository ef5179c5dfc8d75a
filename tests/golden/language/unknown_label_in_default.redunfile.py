include("sub")
default("//sub:chekc")
# ---- sub/redunfile.py
@check
def check_all():
    sh("true")
