"""The dashboard: pages for people, rendered by the server."""
