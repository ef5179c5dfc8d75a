"""The commands of `redun`, a module each."""
