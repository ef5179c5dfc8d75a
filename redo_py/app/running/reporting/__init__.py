"""What a run tells: a line for each job, tables, traces, the result."""
