"""The identity of a task's code: everything of the project that it reaches."""
