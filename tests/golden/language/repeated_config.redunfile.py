A = config("mode", "x")
B = config("mode", "y")
