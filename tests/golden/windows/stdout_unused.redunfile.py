stdout("git fetch")
