# targets: a
group("a", "b")
group("b", "c", "a")
