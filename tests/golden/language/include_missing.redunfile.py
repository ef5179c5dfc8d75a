# files: lib/redunfile.py src/main.c
include("src")
include("libs")
include("lib/redunfile.py")
include("nowhere/at/all")
