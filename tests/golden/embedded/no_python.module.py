import os
from redo_py.build import rule, sh
@rule("o.txt")
def o(out:
    sh(f"echo > {out}")
