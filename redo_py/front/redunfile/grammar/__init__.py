"""From the text of a redunfile to its syntax tree."""
