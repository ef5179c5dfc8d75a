"""redo_py: build files and run workflows from one graph of lazy expressions."""

__version__ = "0.1.0"
