FILES = glob(stdout("echo src/*.c"))
MORE = lines(f"{stdout('echo a')}.txt")
