import os
import tools
from redo_py.build import rule, sh, group, need
def version(): return "1"
V = version()
W = tools.version()
S = len(need("x"))
@rule("o.txt")
def o(out):
    sh(f"echo {V} {W} > {out}")
group("all", version())
