pool("link", 0)
pool("net", 2)
pool("net", 3)
