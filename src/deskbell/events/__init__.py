"""What happened: named, frozen, numbered, addressed."""
