"""The Client API: a customer's own chat interface."""
