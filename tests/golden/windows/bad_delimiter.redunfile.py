ROWS = table("samples.txt", delimiter="::")
