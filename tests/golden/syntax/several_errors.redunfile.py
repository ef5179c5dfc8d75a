"""All independent errors of a file in one go."""

CC = words(env("CC", "cc")
CFLAGS = ["-Wall" "-g"]


@rule("build/{stem}.o")
def cc(out, stem):
    src = need(f"src/{stem}.c)
    sh(f"{CC} -c {src} -o {out}")


@rule("bin/{prog}")
def link(out, prog):
    while True:
        sh(f"ld -o {out}")


if CC = "gcc":
    CFLAGS += ["-flto"]

default("all"
