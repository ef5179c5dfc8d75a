"""Floor 1: lazy expressions, the one form that both front doors reach."""
