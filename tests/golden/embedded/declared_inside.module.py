import os
from redo_py import build as b
class C:
    @b.rule("x")
    def x(out):
        b.sh(f"echo > {out}")
def f():
    if True:
        @b.check
        def y():
            b.sh("true")
try:
    @b.action("z")
    def z(): b.sh("true")
finally:
    pass
if __name__ == "__main__":
    @b.rule("q")
    def q(out): b.sh(f"echo > {out}")
