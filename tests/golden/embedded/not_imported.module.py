import os
from redo_py.build import rule, nosuch
@rule("o.txt")
def o(out):
    sh(f"echo {words('a b')} > {out}")
