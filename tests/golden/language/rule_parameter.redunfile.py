@rule("build/{stem}.o")
def cc(out, stem="a"):
    sh(f"touch {out}")
