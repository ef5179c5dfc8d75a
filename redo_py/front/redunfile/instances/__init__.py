"""Recipes with their stems: who makes a path, and the expression that makes it."""
