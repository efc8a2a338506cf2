"""PyPI's `deltawoot` as its own command starts it, but at a port of our choice: its own is always 5000, for the whole world."""

import os
from typing import Any

from deltawoot.recv import main
from flask import Flask

run = Flask.run


def run_here(app: Flask, **asked: Any) -> None:
    run(app, **asked | {"host": "127.0.0.1", "port": int(os.environ["PORT"]), "debug": False})


Flask.run = run_here
main()
