FLAGS = ["-g"]


def more():
    FLAGS += ["-O2"]
    return FLAGS
