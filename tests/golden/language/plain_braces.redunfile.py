P = "x"
group("all", "bin/{P}")


@rule("out/{stem}")
def r(out, stem):
    need(["a", "src/{stem}.c"])
    sh("cp {stem} ${P} {unknown}")
