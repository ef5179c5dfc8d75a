# targets: a.o
@rule("a.o", "a.d")
def compiled(out):
    sh(f"cc -MD -c a.c", depfile="a.d")
