@rule("out")
def r(out):
    sh(f"echo `cat {out}`")
    sh(f"echo ${{{out}}}")
    sh(f"echo ${out}")
    sh(f"echo \\{out}")
