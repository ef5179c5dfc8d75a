"""Floor 4: settings. The only reader of the environment, the home folder and configuration files."""
