# here: apart/deep
# files: apart/redunfile.py
group("all", "x")
