"""Expressions of the language and their values, in the state of one evaluation."""
