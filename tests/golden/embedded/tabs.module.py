import os
from redo_py.build import rule, sh


@rule("o")
def o(out):
	sh(f"echo > {out}")


class Tabs:
	indent = "\t"
