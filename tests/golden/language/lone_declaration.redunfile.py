rule("out")
