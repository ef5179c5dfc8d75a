SETTINGS = data("settings.toml")
LEVEL = SETTINGS["run"]["levle"]
