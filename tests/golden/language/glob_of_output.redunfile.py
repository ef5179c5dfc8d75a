# files: src/a.c
# targets: src/gen.c
SOURCES = glob("src/*.c")


@rule("src/gen.c")
def gen(out):
    sh(f"gen > {out}")
