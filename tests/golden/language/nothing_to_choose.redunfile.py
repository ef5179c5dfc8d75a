A = min([])
