# files: sub/redunfile.py
group("all", "//sub:tests")
