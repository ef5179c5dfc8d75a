# targets: out
# files: in
NAME = "x"
STEPS = f"cat {NAME}" + "\nrm -f y"
BOTH = f"{STEPS} z"


@rule("out")
def make(out):
    sh(
        f"echo {BOTH}"
        f" > {out}"
    )
