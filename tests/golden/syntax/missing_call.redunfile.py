print "hello"
sh f"{x}"
