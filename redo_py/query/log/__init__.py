"""What `redun log` asks: executions, jobs, calls, values and files of the past, as the records have them."""
