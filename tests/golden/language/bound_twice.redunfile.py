CC = "cc"
if CC == "cc":
    FLAGS = []
else:
    FLAGS = ["-g"]
CC = "gcc"
for CC in FLAGS:
    pass
