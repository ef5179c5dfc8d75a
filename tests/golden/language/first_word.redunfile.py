# env: CC=ccache_cc
# targets: out
CC = "ccache cc"


@rule("out")
def r(out):
    sh(f"{CC} -o {out}")
