"""Tools with no product words: time, ids, errors, JSON, logs."""
