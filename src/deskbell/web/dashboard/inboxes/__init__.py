"""Where people can write: the wizard, and every setting of an inbox."""
