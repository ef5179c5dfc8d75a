"""What a task declares: its parameters and results, and the values that its options may have."""
