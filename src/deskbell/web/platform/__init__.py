"""The Platform API: who runs the installation from outside."""
