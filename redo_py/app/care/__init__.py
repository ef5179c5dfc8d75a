"""Care for a project: setting it up, taking over what is there, cleaning, finding and mending what is wrong."""
