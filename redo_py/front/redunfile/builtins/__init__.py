"""The built-in names of the language."""
