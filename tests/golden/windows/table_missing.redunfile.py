ROWS = table("sample.csv")
MORE = data("more.json")
