# targets: x
group("x", 3)
