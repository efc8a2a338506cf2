"""The composition root: settings in, connected parts out."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from msgspec import Struct

from deskbell.config import Settings, SettingsError
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.http_pool import Limits
from deskbell.delivery.resolver import SystemResolver
from deskbell.delivery.worker import Worker
from deskbell.files.disk import Disk
from deskbell.kit.clock import Clock
from deskbell.realtime.bell import Ringer
from deskbell.realtime.live import Live
from deskbell.runtime.lock import hold
from deskbell.store import files, installation, open_database
from deskbell.store.database import Database, News
from deskbell.store.migrate import migrate, sqlite_path
from deskbell.web.services import Services


class House(Struct, frozen=True):
    """Everything that is shared by the parts of one process."""

    settings: Settings
    clock: Clock
    database: Database
    services: Services


@asynccontextmanager
async def open_house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """Migrate and open the database and connect what needs it. Raises SettingsError, DatabaseUnavailable."""
    allowance = allowance_of(settings)
    path = sqlite_path(settings.database) if settings.database.startswith("sqlite") else None
    with hold(path):
        await migrate(settings.database)
        database = await open_database(settings.database, clock)
        resolver = SystemResolver()
        client = _client(settings, allowance, resolver)
        try:
            async with database.unit() as unit:
                secret_key = await installation.keep(unit, "secret_key", secrets.token_urlsafe(48))
                folder = await installation.keep(unit, "files_folder", secrets.token_hex(8))
                if settings.public_url:
                    await files.rebase(unit, settings.public_url.rstrip("/"))
            yield House(
                settings,
                clock,
                database,
                Services(
                    settings,
                    database,
                    clock,
                    allowance,
                    resolver,
                    secret_key,
                    client,
                    Live(database, clock, settings.listeners_per_account),
                    Disk(settings.data_dir / "files" / folder),
                ),
            )
        finally:
            await client.close()
            await resolver.close()
            await database.close()


def allowance_of(settings: Settings) -> Allowance:
    """The private addresses the operator lets webhooks reach. Raises SettingsError naming a wrong one."""
    try:
        return Allowance.parse(settings.delivery_allow)
    except ValueError as error:
        raise SettingsError(f"delivery_allow (DESKBELL_DELIVERY_ALLOW): {error}") from None


def make_worker(house: House) -> Worker:
    """The delivery worker; to be made in the running loop."""
    worker = Worker(house.database, house.services.client, house.settings, house.clock)
    house.database.bell = worker.ring
    return worker


def make_ringer(house: House, *, has_worker: bool) -> Ringer:
    """What says to other processes what is new: the journals, what is said in passing and, without a worker here, what waits."""
    ringer = Ringer(house.database)
    if not has_worker:
        house.database.bell = ringer.ring
    house.services.live.pass_on(ringer.pass_on)
    wake = house.services.live.feed.wake

    def press(accounts: set[int]) -> None:
        wake(accounts)
        ringer.press(accounts)

    house.database.press = press
    return ringer


def make_ear(house: House, worker: Worker | None) -> Callable[[News], None]:
    """What becomes of what other processes say: it wakes the worker, and the feed of those who listen here."""
    live = house.services.live

    def hear(news: News) -> None:
        if worker is not None and news.targets:
            worker.ring(news.targets)
        live.hear(news)

    return hear


def _client(settings: Settings, allowance: Allowance, resolver: SystemResolver) -> Client:
    """The one outbound client of the process."""
    limits = Limits(
        connect_timeout=settings.delivery_connect_timeout,
        timeout=settings.delivery_timeout,
        # Targets share an origin's connections: as many as there may be attempts, so that none waits for another's.
        per_origin=settings.delivery_concurrency,
        connections=2 * settings.delivery_concurrency,
    )
    return Client(allowance, limits, resolver=resolver)
