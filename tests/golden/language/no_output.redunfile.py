@rule(c="a.c", h="a.h")
def gen(out):
    sh(f"gen {out.c} {out.hh}")
