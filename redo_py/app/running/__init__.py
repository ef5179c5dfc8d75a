"""`redun run` and `redo_py.run`: tasks of Python modules, from the call to the value."""
