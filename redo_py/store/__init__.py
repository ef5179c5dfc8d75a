"""Floor 3: rows and bytes that outlive a process. Nothing here knows expressions, jobs or user classes."""
