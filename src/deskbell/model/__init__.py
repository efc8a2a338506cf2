"""The nouns: typed, frozen, no I/O."""
