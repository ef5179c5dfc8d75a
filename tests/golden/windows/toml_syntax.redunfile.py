SETTINGS = data("settings.toml")
