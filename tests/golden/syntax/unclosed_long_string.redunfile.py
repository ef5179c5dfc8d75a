a = 1
b = """
text
