# files: src/a.c
NAMES = [f.stem for f in glob("src/*.c")]


@rule("src/{name}.c", where={"name": ["gen"]})
def gen(out, name):
    sh(f"generate {name} > {out}")
