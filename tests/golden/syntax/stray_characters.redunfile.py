x = $HOME
y = a ? b : c
z = `date`
sh(f"awk {print $1} x")
