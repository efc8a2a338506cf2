"""The support desk: who may do what, commands that change, queries that read."""
