"""A program: `deskbell serve`, settings from the environment, by a clock that a test may set.

The shift lies in a file that is read at every look at the clock, so a step reaches the running process at once, as one
of the machine's clock would.
"""

import os
from pathlib import Path

import uvloop

from deskbell.config import load
from deskbell.kit import logs
from deskbell.kit.clock import SECOND, SystemClock
from deskbell.runtime.serve import serve

SHIFT = "DESKBELL_TEST_SHIFT"


class ShiftedClock:
    """The machine's clock, so many seconds off as the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._true = SystemClock()

    def now(self) -> int:
        return self._true.now() + int(self._file.read_text()) * SECOND


def main() -> None:
    """Serve with the settings of the environment."""
    settings = load({}, None)
    logs.configure(settings.log_level, settings.log_form)
    uvloop.run(serve(settings, clock=ShiftedClock(Path(os.environ[SHIFT]))))


if __name__ == "__main__":
    main()
