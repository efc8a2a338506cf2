"""Chance for tests that strike at random moments: every run another, and any run again by its seed."""

import os
import random

SEED = "DESKBELL_TEST_SEED"
ROUNDS = "DESKBELL_TEST_ROUNDS"
FEW = 1
"""Rounds of a test where nobody asks for more: the whole suite is to take minutes."""


def chance(name: str) -> random.Random:
    """Random numbers from a seed that is printed, so that a failure can be played again with the variable set to it."""
    seed = os.environ.get(SEED) or str(random.SystemRandom().randrange(2**32))
    print(f"\n{name}: {SEED}={seed}")
    return random.Random(f"{name}/{seed}")


def rounds() -> int:
    """How often a test is to strike."""
    return int(os.environ.get(ROUNDS) or FEW)
