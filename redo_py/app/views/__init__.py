"""What can be seen of a project without running anything: targets, settings, pictures, compile commands."""
