a, b: int = 1, 2
(a, b): int = 1, 2
x: int
