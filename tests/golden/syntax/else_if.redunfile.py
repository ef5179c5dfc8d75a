if x:
    y()
else if z:
    y()
