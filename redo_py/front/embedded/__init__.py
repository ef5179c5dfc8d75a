"""Rules inside an ordinary Python module: what of it is redun's, as the syntax tree that a redunfile would have."""
