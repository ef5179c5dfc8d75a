"""Floor 6: command lines in, text and exit status out. The only room that prints."""
