ROWS = table("samples.csv")
