ROWS = table("samples.csv")
NAMES = [row["smaple"] for row in ROWS]
