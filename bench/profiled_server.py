"""`python -m bench.profiled_server FILE serve …`: the server under cProfile, from the first SIGUSR1 to its end."""

import cProfile
import signal
import sys
from types import FrameType

from deskbell.cli.main import main as deskbell


def main() -> None:
    path = sys.argv.pop(1)
    profiler = cProfile.Profile()

    def begin(_number: int, _frame: FrameType | None) -> None:
        profiler.enable()

    signal.signal(signal.SIGUSR1, begin)
    try:
        deskbell()
    finally:
        profiler.disable()
        profiler.dump_stats(path)


if __name__ == "__main__":
    main()
