"""Everything that reads for an answer."""
