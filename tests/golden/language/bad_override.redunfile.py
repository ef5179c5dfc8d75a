# define: jobs=many debug=perhaps
A = config("jobs", 3)
B = config("debug", False)
