"""Where people answer: the list, a conversation's thread, and what is done to it."""
