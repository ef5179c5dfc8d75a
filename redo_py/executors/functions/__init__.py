"""Python functions on this machine: in threads, an event loop, or worker processes."""
