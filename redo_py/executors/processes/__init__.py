"""What runs on this machine whoever started it: what the system tells of it, and the journal that outlives a kill."""
