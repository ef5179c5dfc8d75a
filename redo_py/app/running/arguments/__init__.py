"""The words of a `redun run` line, and the arguments of a task among them."""
