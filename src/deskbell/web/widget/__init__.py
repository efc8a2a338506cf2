"""The API the live-chat widget speaks."""
