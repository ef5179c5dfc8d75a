# define: mdoe=debug
A = config("mode", "release")
