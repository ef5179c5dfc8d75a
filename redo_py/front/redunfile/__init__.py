"""The redunfile language: `parse` text to a syntax tree, `load` it to rules and names, `plan` targets to expressions."""
