SETTINGS = data("settings.yaml")
