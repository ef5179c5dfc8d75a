"""How files and targets are named: paths, patterns, globs and labels."""
