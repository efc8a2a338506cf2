"""Events on their way out: lanes, attempts, outcomes."""
