NAME = "x"
A = stdout("echo {NAME}")
