"""Who writes in: the list, one of them, and the panel beside their conversations."""
