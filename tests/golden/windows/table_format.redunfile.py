ROWS = table("samples.txt")
