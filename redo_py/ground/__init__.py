"""Floor 0: what everything stands on. Only the standard library and xxhash are known here."""
