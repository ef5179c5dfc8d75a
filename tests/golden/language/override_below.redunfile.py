# define: mode=fast //sub:mod=x
include("sub")
# ---- sub/redunfile.py
MODE = config("mode", "slow")
