"""`/cable`: what happens as it happens, by ActionCable's protocol over WebSocket.

Any origin may connect: visitors do from their websites' pages, bridges from none. What a connection hears depends on the tokens it
subscribes with, and never on a cookie, so that another website's page gains nothing by connecting. (The dashboard's own way in,
`web/dashboard/cable.py`, is by cookie, and for pages of ours only.)
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from deskbell.kit.errors import TooManyRequests
from deskbell.realtime.outbox import Outbox
from deskbell.realtime.protocol import SUBPROTOCOL
from deskbell.realtime.session import Session
from deskbell.web.answers import answer
from deskbell.web.limits import Limits, address_of
from deskbell.web.services import Services

GOING_AWAY = 1001
POLICY = 1008
AGAIN_LATER = 1013
CODES = {"server_restart": GOING_AWAY, "unavailable": AGAIN_LATER, "too_many_listeners": AGAIN_LATER}


async def cable(websocket: WebSocket) -> None:
    """Serve one connection to its end."""
    services: Services = websocket.app.state.services
    if not await turned_away(websocket):
        await accept(websocket)
        await serve(websocket, Session(services.live, services.database, services.clock))


async def turned_away(websocket: WebSocket) -> bool:
    """Whether this is one connection too many from where it comes; it is told so, and is over."""
    limits: Limits = websocket.app.state.limits
    taken = limits.take(limits.address, address_of(websocket.scope))
    if taken is None or taken.left >= 0:
        return False
    refused = answer(TooManyRequests(taken.wait).told, TooManyRequests.status)
    refused.raw_headers.extend(taken.headers)
    await websocket.send_denial_response(refused)
    return True


async def accept(websocket: WebSocket) -> None:
    """Begin to speak, by the subprotocol where it is offered."""
    offered = websocket.scope["subprotocols"]
    await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)


async def serve(websocket: WebSocket, session: Session, *more: Coroutine[Any, Any, None]) -> None:
    """Serve a connection until either side ends it, or one of `more` is done."""
    tasks = [
        asyncio.create_task(_hear(websocket, session)),
        asyncio.create_task(_tell(websocket, session.connection.outbox)),
        asyncio.create_task(session.connection.outbox.lost.wait()),
        *map(asyncio.create_task, more),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await session.end()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result


async def _hear(websocket: WebSocket, session: Session) -> None:
    """Do what the client says until it is gone."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        await session.hear(message.get("text") or "")


async def _tell(websocket: WebSocket, outbox: Outbox) -> None:
    """Send what waits until there is no more, and say why."""
    while (text := await outbox.take()) is not None:
        await websocket.send_text(text)
    if not outbox.lost.is_set():
        await websocket.close(CODES.get(outbox.closing or "", POLICY), outbox.closing)


route = WebSocketRoute("/cable", cable)
