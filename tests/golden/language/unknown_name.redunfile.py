CFLAGS = ["-O2"]
FLAGS2 = CFLAG + ["-g"]
