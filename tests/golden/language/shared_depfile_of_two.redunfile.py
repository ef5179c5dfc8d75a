# targets: a.o b.o
@rule("a.o")
def first(out):
    sh(f"cc -MD -MF deps.d -c a.c -o {out}", depfile="deps.d")


@rule("b.o")
def second(out):
    sh(f"c++ -MD -MF deps.d -c b.cc -o {out}", depfile="./deps.d")
