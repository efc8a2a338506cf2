"""The `deskbell` command."""
