"""Floor 1: tasks: a function with a name, options and an identity made of its code."""
