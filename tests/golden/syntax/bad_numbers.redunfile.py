a = 1__0
b = 0x
c = 12ab
d = 1.5.2
e = 1j
f = 007
g = 1_
h = 0o89
