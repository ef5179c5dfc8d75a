ROWS = table("samples.csv")
NAMES = [row.sample for row in ROWS]
