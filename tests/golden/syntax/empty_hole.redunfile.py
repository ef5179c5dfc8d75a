x = f"find . -exec ls {} +"
y = f"{ }"
