import os
from redo_py.build import rule, sh, need

ITEMS = ["a"]
ITEMS.append("b")
COUNT = 1
COUNT = 2


def words(text):
    return text


@rule("o/{stem}.txt")
def quoted(out, stem):
    sh(f"echo '{stem}' {ITEMS} {COUNT} > {out}")


@rule("p/{stem}.txt")
def mistyped(out, stem):
    "é"; sh(f"echo é {stm} {len(stem)} > {out}")


@rule("q")
def taken(out):
    return words(need("x"))
