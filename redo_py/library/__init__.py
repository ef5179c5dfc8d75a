"""Floor 4: what workflows are written with beside their own tasks."""
