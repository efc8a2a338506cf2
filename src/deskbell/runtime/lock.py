"""One process at a time on a SQLite file: a second one is told so instead of sending everything twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deskbell.config import SettingsError


@contextmanager
def hold(path: str | None) -> Iterator[None]:
    """Hold the file's lock; None, for a database many processes may share, holds nothing. Raises SettingsError."""
    if path is None:
        yield
        return
    with _lock_file(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"database: {path} is served by another process. SQLite takes one; use PostgreSQL to run several."
            ) from None
        yield


def _lock_file(path: str) -> IO[str]:
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Path(f"{path}.lock").open("a", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"database: {path} cannot be written ({error.strerror or error}).") from None
