"""Floor 5: the composition root, the one place that knows every concrete class."""
