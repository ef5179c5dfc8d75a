"""Who follows a build while it runs: the terminal, and files for other programs."""
