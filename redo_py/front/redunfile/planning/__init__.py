"""From what the user asks for to the expressions that make it."""
