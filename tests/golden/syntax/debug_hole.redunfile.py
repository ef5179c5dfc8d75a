x = f"{name=}"
