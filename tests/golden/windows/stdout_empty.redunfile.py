VERSION = stdout("  ")
