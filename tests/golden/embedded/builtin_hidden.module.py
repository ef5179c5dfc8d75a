import os
from redo_py import build as b, task
@b.rule("o/{env}.txt")
def o(out, env):
    b.sh(f"echo {b.env('X')} {env} > {out}")
@task
@b.rule("two")
def two(out):
    b.sh(f"echo > {out}")
