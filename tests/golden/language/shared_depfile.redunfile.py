# targets: a.o b.o
@rule("{name}.o")
def compiled(out, name):
    sh(f"cc -MD -MF deps.d -c {name}.c -o {out}", depfile="deps.d")
