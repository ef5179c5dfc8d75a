from .tools.redunfile import compiled

@rule("out")
def r(out):
    compiled("none.c", out)
# ---- tools/redunfile.py
def compiled(source, out):
    sh(f"cc {need(source)} -o {out}")
