FILES = [
    "a.c",
    "b.c"
    "c.c",
]
group(
    "all",
    "x"
    f"{y}"
)
D = {
    "a": "b"
    "c"
}
