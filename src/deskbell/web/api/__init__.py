"""The Application API, one file per resource."""
