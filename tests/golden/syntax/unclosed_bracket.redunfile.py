FLAGS = ["-O2",
    "-g"

@rule("a")
def a(out):
    sh("x"


x = (1, 2
y = f(
