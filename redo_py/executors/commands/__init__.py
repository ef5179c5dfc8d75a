"""Commands as child processes of this one: from a text and its words to the outcome."""
