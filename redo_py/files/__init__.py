"""Floor 3: files and folders of the project: what they contain, putting them in place, noticing that they changed."""
