while True:
    pass

for x in [1]:
    break

for x in [1]:
    continue

class A:
    pass

f = lambda x: x

try:
    pass
except E:
    pass

x = 1 if finally else 2
raise ValueError("x")

with open("f") as f:
    pass

def g():
    yield 1

async def h():
    pass

x = await h()
import os

def k():
    global x

def k():
    nonlocal x

del x
x = __debug__
y = except
