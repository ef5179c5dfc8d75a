SETTINGS = data("settings.ini")
