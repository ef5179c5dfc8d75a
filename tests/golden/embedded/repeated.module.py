import os
from redo_py.build import group, rule, sh

DEFAULT = lambda: 3


def make(path):
    @rule(path)
    def made(out):
        sh(f"touch {out}")


@rule("o/{stem}")
def o(out, name):
    sh(f"touch {out} {DEFAULT}")


try:
    group("x", "o/a")
except RuntimeError:
    pass
