"""`deskbell serve`: one process, in the roles it was given."""

import logging
import socket
from contextlib import AsyncExitStack

from msgspec.structs import replace

from deskbell.config import Settings
from deskbell.delivery import lanes
from deskbell.delivery.replay import Replayer
from deskbell.delivery.worker import Worker
from deskbell.desk.commands.setup import is_empty
from deskbell.kit import garbage
from deskbell.kit.clock import Clock, SystemClock
from deskbell.realtime.bell import Listener
from deskbell.runtime import demo
from deskbell.runtime.receiver import Receiver
from deskbell.runtime.supervisor import Part, supervise
from deskbell.runtime.web import Web, listen
from deskbell.runtime.wiring import House, make_ear, make_ringer, make_worker, open_house
from deskbell.store import installation
from deskbell.upkeep.failures import Failures
from deskbell.upkeep.handover import Handover
from deskbell.upkeep.retention import Pruner
from deskbell.upkeep.sweeping import Sweeper
from deskbell.upkeep.timetable import Resolver, Waker
from deskbell.web.app import create_app

log = logging.getLogger("deskbell.runtime")


async def serve(settings: Settings, *, with_demo: bool = False, clock: Clock | None = None) -> None:
    """Serve until SIGTERM or SIGINT, by the machine's clock unless given another. Raises SettingsError, DatabaseUnavailable."""
    async with AsyncExitStack() as stack:
        receiver: Receiver | None = None
        secrets: list[str] = []
        bells = demo.Bells()
        if with_demo:
            receiver = await demo.receiving(secrets, bells)
            stack.push_async_callback(receiver.close)
            allowed = (*settings.delivery_allow, f"127.0.0.1:{receiver.port}")
            settings = settings.model_copy(update={"delivery_allow": allowed})
        listener = listen(settings) if settings.role in ("all", "web") else None
        address = ""
        if listener is not None:
            stack.callback(listener.close)
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            address = f"http://{host}:{listener.getsockname()[1]}"
        base_url = settings.public_url or address
        settings = settings.model_copy(update={"public_url": base_url})
        house = await stack.enter_async_context(open_house(settings, clock or SystemClock()))
        if listener is not None:
            await _keep_address(house, base_url.rstrip("/"))
        if receiver is not None:
            made = await demo.prepare(house.database, f"{receiver.url}/")
            secrets.append(made.secret)
            page = await demo.shown(house.database, made, bells)
            house = replace(house, services=replace(house.services, demo=page))
            print(demo.welcome(made, base_url.rstrip("/")), flush=True)  # noqa: T201 - the demo talks to a terminal
        parts = await _parts(house, listener, settings)
        garbage.freeze()
        serves = {"role": settings.role, "database": house.database.dialect}
        if listener is None:
            log.info("Delivering", extra=serves)
        else:
            log.info("Listening", extra={"address": address, **serves})
            if await _is_unused(house):
                log.info(
                    "Nobody uses this yet: set it up in a browser",
                    extra={"address": f"{base_url.rstrip('/')}/app"},
                )
        await supervise(parts)


async def _is_unused(house: House) -> bool:
    async with house.database.glance() as reader:
        return await is_empty(reader)


async def _keep_address(house: House, base_url: str) -> None:
    """Tell processes that serve none where people reach this one, for what they write."""
    async with house.database.unit() as unit:
        await installation.write(unit, installation.PUBLIC_URL, base_url)


async def _parts(house: House, listener: socket.socket | None, settings: Settings) -> list[Part]:
    """Web first: it stops taking requests before delivery finishes what is in flight; the ringer last, when all is said."""
    parts: list[Part] = []
    if listener is not None:
        live = house.services.live
        sweeper = Sweeper(house.database, house.services.files)  # here, for here the files are
        parts += [Web(create_app(house.services), listener, live), live, sweeper]
    worker: Worker | None = None
    if settings.role in ("all", "delivery"):
        if house.database.dialect == "sqlite":
            await lanes.release_all(house.database)
        worker = make_worker(house)
        parts += [
            worker,
            Replayer(house.database),
            Handover(house.database, house.clock),
            Waker(house.database, house.clock),
            Resolver(house.database, house.clock),
            Failures(house.database),
            Pruner(house.database, settings.retention_days, settings.idempotency_hours),
        ]
    if house.database.dialect == "sqlite":
        house.database.press = house.services.live.feed.wake
    else:
        ringer = make_ringer(house, has_worker=worker is not None)
        parts += [Listener(house.database, make_ear(house, worker)), ringer]
    return parts
