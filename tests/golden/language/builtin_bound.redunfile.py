glob = "*.c"


def need(x):
    return x


for sh in [1]:
    pass
