NAME = "x"
A = stdout(f"echo '{NAME}'")
