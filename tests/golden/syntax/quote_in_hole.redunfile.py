x = f"{d["key"]}"
y = f"{need("a")}"
