"""Source text of Python modules, read: scopes, names, statements, and where they lead."""
