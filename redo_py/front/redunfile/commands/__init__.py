"""Texts of commands: how a shell reads them, and their holes filled."""
