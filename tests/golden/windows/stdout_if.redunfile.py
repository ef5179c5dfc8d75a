if stdout("uname") == "Linux":
    EXE = ""
