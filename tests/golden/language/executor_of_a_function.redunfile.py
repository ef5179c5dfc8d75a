# targets: out
from pipeline import f


@rule("out")
def r(out):
    return task(f, executor="command")(out)
