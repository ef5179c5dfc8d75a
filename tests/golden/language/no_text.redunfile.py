A = [f"{[1]}"]
B = need(f"src/{['a']}.c")
C = str(None)
