A = stdout("x", env="PATH")
B = stdout("x", env={"A B": "1"})
C = stdout("x", env={"A": ["1"]})
