"""`deskbell doctor`: is everything in place?"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from deskbell.config import Settings, SettingsError
from deskbell.kit.errors import DeskbellError
from deskbell.runtime.wiring import allowance_of
from deskbell.store.migrate import current, head, sqlite_path

Check = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings) -> bool:
    """Run every check and print what it found. Answers whether all is well."""
    well = True
    for name, check in _CHECKS.items():
        try:
            typer.echo(f"✔ {name}: {await check(settings)}")
        except (SettingsError, DeskbellError, OSError) as error:
            well = False
            typer.echo(f"✘ {name}: {error}")
    return well


async def _database(settings: Settings) -> str:
    if settings.database.startswith("sqlite") and not _exists(sqlite_path(settings.database)):
        return "there is none yet; `deskbell serve` makes it"
    revision = await current(settings.database)
    if revision != head():
        return f"at {revision or 'nothing yet'}; `deskbell serve` or `deskbell migrate` brings it to {head()}"
    return f"up to date ({revision})"


async def _data_dir(settings: Settings) -> str:
    place = settings.data_dir
    nearest = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    if not os.access(nearest, os.W_OK):
        raise SettingsError(f"{place} cannot be written; set DESKBELL_DATA_DIR or mend its permissions.")
    return f"{place} can be written"


async def _delivery(settings: Settings) -> str:
    allowance_of(settings)
    allowed = ", ".join(settings.delivery_allow) or "none"
    return f"private addresses that may be reached: {allowed}"


def _exists(path: str) -> bool:
    return Path(path).exists()


_CHECKS: dict[str, Check] = {"database": _database, "data folder": _data_dir, "delivery": _delivery}
