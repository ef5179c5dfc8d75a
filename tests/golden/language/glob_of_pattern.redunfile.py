# files: src/main.c
NAMES = [f.stem for f in glob("src/*.c")]


@rule("src/{name}.c")
def gen(out, name):
    sh(f"yacc {need(f'src/{name}.y')} -o {out}")
