import os
from redo_py.build import rule, sh

@rule("o/{stem}.txt")
def o(out, name):
	sh(f"echo '{name}' > {out}")

@rule("p/{stem}.txt")
def p(out, stem):
    "é"; sh(f"echo é '{stem}' > {out}")

@rule("q")
def q(out):
    while True:
        sh(f"echo > {out}")
