# files: build/hand.o
# targets: build/hand.o
@rule("build/{stem}.o")
def cc(out, stem):
    src = need(f"src/{stem}.c")
    sh(f"cc -c {src} -o {out}")


@rule("bin/hello")
def link(out):
    sh(f"cc -o {out} {need('build/hello.o')}")
