# define: mode=fast
A = config("mode", "release", choices=["debug", "release"])
