x = f"{i:{width}d}"
