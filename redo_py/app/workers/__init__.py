"""The worker's end: processes that run the calls of another process, here or elsewhere."""
