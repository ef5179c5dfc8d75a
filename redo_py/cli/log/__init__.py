"""`redun log` on the screen: what was asked for, as lines of text or of JSON."""
