"""The scripts that `redun completion` prints."""

SHELLS = ("bash", "zsh", "fish")
