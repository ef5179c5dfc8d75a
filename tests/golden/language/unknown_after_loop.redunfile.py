for p in ["a"]:
    last = p
group("all", last)
