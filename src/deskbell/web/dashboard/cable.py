"""`/app/accounts/{account_id}/cable`: what happens as it happens, for the dashboard's pages.

The session's cookie says who listens, so that no token of theirs stands in a page. Browsers bring it along whoever connects: the page
must be one of ours, which its `Origin` says. Who is signed out hears nothing more.
"""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from typing_extensions import override

from deskbell.desk.actor import Actor
from deskbell.desk.queries import browser_sessions, identity, scenes
from deskbell.desk.queries.identity import SESSION_OVER
from deskbell.desk.queries.scenes import Speech
from deskbell.kit import ids
from deskbell.kit.clock import SECOND
from deskbell.kit.errors import DeskbellError, NotAllowed, NotFound, Unauthenticated, Unavailable
from deskbell.realtime import protocol
from deskbell.realtime.ephemeral import Watch
from deskbell.realtime.hub import Subscription
from deskbell.realtime.session import MemberSession
from deskbell.store.database import Reader
from deskbell.web import typing
from deskbell.web.answers import answer
from deskbell.web.bodies import LARGEST
from deskbell.web.cable import POLICY, accept, serve, turned_away
from deskbell.web.dashboard.session import has_own_origin, token_of
from deskbell.web.services import Services

LOOK = 15.0
"""Seconds between looks at whether the session goes on."""
STRANGER = {"error": "Only this server's own pages may connect here"}


async def cable(websocket: WebSocket) -> None:
    """Serve one page to its end."""
    services: Services = websocket.app.state.services
    if await turned_away(websocket):
        return
    if not has_own_origin(websocket, services):
        await websocket.send_denial_response(answer(STRANGER, 403))
        return
    try:
        async with services.database.read() as reader:
            actor = await _actor(websocket, reader)
    except DeskbellError as error:
        await _refuse(websocket, again=isinstance(error, Unavailable))
        return
    await accept(websocket)
    session = DeskSession(services, actor)
    await serve(websocket, session, _look(websocket, services, session))


AGAIN = 5 * SECOND
"""A page that says sooner than that again what it shows is believed without a look."""
LONGEST_ADDRESS = 2_000
"""A face's address that is longer is told to nobody: what is said in passing has little room."""


class DeskSession(MemberSession):
    """A page's side of the talk: it may say, too, that its user types, and which conversation it shows them."""

    def __init__(self, services: Services, actor: Actor) -> None:
        super().__init__(
            services.live,
            services.database,
            services.clock,
            account_id=actor.account_id,
            user_id=actor.id,
        )
        self._services = services
        self._typing: tuple[int, bool] | None = None
        self._page = ids.token()
        self._watched: int | None = None
        self._watched_at = 0

    @override
    async def act(self, one: Subscription, said: dict[str, Any]) -> None:
        number = _number(said.get("conversation"))
        if said.get("action") == "typing":
            if number is not None:
                await self._types((number, said.get("private") is True) if said.get("on") is True else None)
        elif said.get("action") == "watch":
            await self._watches(one, number)
        else:
            await super().act(one, said)

    @override
    async def end(self) -> None:
        """Who is gone types no more, and looks at nothing."""
        self._services.live.watchers.close(self._page)
        with suppress(Unavailable):
            await self._types(None)
        await super().end()

    async def _types(self, where: tuple[int, bool] | None) -> None:
        """Say where the user types now, be it nowhere, and that they do so no more where they did before."""
        before, self._typing = self._typing, where
        if before is not None and before != where:
            await self._tell(before, on=False)
        if where is not None:
            await self._tell(where, on=True)

    async def _tell(self, where: tuple[int, bool], *, on: bool) -> None:
        number, private = where
        speech = await self._speech(number)
        if speech is not None:
            typing.tell(self._services, speech, on=on, private=private)

    async def _watches(self, one: Subscription, number: int | None) -> None:
        """The page shows a conversation, or none that its user may see."""
        now = self._clock.now()
        if number == self._watched and 0 <= now - self._watched_at < AGAIN:
            return
        speech = None if number is None else await self._speech(number)
        self._watched, self._watched_at = number, now
        watchers = self._services.live.watchers
        if speech is None:
            watchers.close(self._page)
        elif one.connection.subscriptions.get(one.identifier) is one:
            watchers.open(one, watch_of(self._page, speech))

    async def _speech(self, number: int) -> Speech | None:
        """The user at a conversation; None where they may not be."""
        with suppress(NotFound, NotAllowed):
            async with self._services.database.read() as reader:
                actor = await identity.user_actor(reader, self.user_id, self.account_id)
                return await scenes.by_team(reader, actor, number)
        return None


def watch_of(page: str, speech: Speech) -> Watch:
    """A page that shows a conversation to who is at it."""
    who = speech.speaker
    return Watch(
        page=page,
        scene=speech.scene,
        conversation_number=speech.conversation_number,
        user_id=who.id,
        name=who.name,
        avatar_url=who.avatar_url if len(who.avatar_url) <= LONGEST_ADDRESS else "",
    )


def _number(said: object) -> int | None:
    """A conversation's number; None for what can be none."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LARGEST else None


async def _actor(websocket: WebSocket, reader: Reader) -> Actor:
    """Who is signed in, in the account of the address. Raises Unauthenticated, NotFound, NotAllowed."""
    token = token_of(websocket)
    if token is None:
        raise Unauthenticated(SESSION_OVER)
    found = await browser_sessions.find(reader, token)
    account_id = ids.read(str(websocket.path_params["account_id"]))
    if account_id is None:
        raise NotFound
    return await identity.user_actor(reader, found.user_id, account_id)


async def _refuse(websocket: WebSocket, *, again: bool) -> None:
    """Say why there is nothing to hear: a browser tells its page nothing of a handshake that was refused."""
    await accept(websocket)
    reason = "unavailable" if again else "unauthorized"
    await websocket.send_text(protocol.disconnect(reason, reconnect=again))
    await websocket.close(POLICY, reason)


async def _look(websocket: WebSocket, services: Services, session: DeskSession) -> None:
    """Let nobody listen on whose session is over."""
    while True:
        await asyncio.sleep(LOOK)
        try:
            async with services.database.read() as reader:
                await _actor(websocket, reader)
        except Unavailable:
            continue
        except DeskbellError:
            services.live.dismiss(session.connection, "unauthorized", reconnect=False)


route = WebSocketRoute("/app/accounts/{account_id}/cable", cable)
