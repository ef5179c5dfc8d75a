"""Running jobs in another process: what is sent there, how it is answered, and the loop that does it."""
