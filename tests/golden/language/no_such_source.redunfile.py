A = lines("version.txt")
