x = f"{name!r}"
