"""What is told of the past: why something ran, what it printed, what the records say."""
