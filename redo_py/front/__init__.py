"""Floor 4: the two front doors. Redunfile text or an imported module goes in; tasks, rules and expressions come out."""
