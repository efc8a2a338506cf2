"""Getting in: the first run, signing in, a forgotten password, the second step."""
