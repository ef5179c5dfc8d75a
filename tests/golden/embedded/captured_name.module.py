import os
import json as j
from math import pi
from redo_py.build import rule, sh, need, env

class Thing:
    level = 3

WORDS = {"a", "b"}
HOME = os.environ["HOME"]
ITEMS = []
ITEMS.append(3)
COUNT = 1
COUNT = 2
try:
    X = 1
except ValueError:
    X = 2

@rule("o.txt")
def o(out):
    sh(f"echo {Thing.level} {WORDS} {HOME} {ITEMS} {COUNT} {X} {pi} {os.path.sep} {j} {open(out)} > {out}")
