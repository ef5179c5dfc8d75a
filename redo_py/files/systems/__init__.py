"""The kinds of places where files can be: this machine, object stores, the web, memory."""
