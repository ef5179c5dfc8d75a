x
"not a comment"
a == b
if a:
    [sh(x) for x in xs]
need("a").path
