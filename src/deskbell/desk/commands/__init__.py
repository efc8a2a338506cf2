"""Everything that changes something: check, change, record."""
