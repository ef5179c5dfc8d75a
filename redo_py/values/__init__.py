"""Floor 1: values: what identifies them, how they are written down and read back."""
