"""News between parts and processes, never truth."""
