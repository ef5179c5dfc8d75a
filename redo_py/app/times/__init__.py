"""How long things take: estimates from the records, the critical path, and how times are said."""
