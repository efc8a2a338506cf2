"""The garbage collector, told what a server knows and it does not."""

import gc

THRESHOLD = 20_000
"""How many more objects made than freed start a collection; Python's own 700 are reached by a single request."""


def freeze() -> None:
    """Call once a process has started: what is there now stays until the end, so no collection need walk through it again.

    Without this a full collection holds every request up for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(THRESHOLD)
