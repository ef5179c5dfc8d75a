SETTINGS = data("settings.json")
