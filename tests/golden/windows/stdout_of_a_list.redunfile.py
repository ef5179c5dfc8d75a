VERSION = stdout(["git", "describe"])
