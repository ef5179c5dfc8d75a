"""The redunfile language: `parse` text to a syntax tree, `load` that to rules and names, plan expressions."""
