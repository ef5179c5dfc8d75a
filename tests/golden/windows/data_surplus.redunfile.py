SETTINGS = data("settings.toml", "run")
