"""From a syntax tree to what the redunfile declares, checked."""
