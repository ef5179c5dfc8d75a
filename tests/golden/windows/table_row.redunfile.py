ROWS = table("samples.tsv")
