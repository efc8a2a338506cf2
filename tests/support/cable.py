"""`/cable` as its clients use it: an application served on a real socket, and connections that remember what they were told."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from deskbell.realtime.live import Live
from deskbell.runtime.web import Web
from deskbell.store import users
from tests.support.api import API
from tests.support.process import until

JSONObject = dict[str, Any]
PATIENCE = 20.0


class Cable:
    """One connection. What it is told is kept in its order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[JSONObject] = []
        self.closed: int | None = None
        self._reading = asyncio.create_task(self._read())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self._reading

    async def subscribe(self, token: str, **more: Any) -> "Channel":
        """Listen with a token. Raises AssertionError where it is rejected."""
        channel = await self.ask(token, **more)
        assert channel.confirmed, "the subscription was rejected"
        return channel

    async def ask(self, token: str, **more: Any) -> "Channel":
        """Ask to listen with a token, and wait for the answer."""
        identifier = json.dumps({"channel": "RoomChannel", "pubsub_token": token, **more})
        answers = ("confirm_subscription", "reject_subscription")
        before = len(self.of_type(identifier, *answers))
        await self.say({"command": "subscribe", "identifier": identifier})
        await self.until(lambda: len(self.of_type(identifier, *answers)) > before, "an answer")
        return Channel(self, identifier, self.of_type(identifier, *answers)[-1])

    async def say(self, command: JSONObject | str) -> None:
        await self.socket.send(command if isinstance(command, str) else json.dumps(command))

    def of_type(self, identifier: str | None, *types: str) -> list[JSONObject]:
        return [
            one
            for one in self.frames
            if one.get("type") in types and (identifier is None or one["identifier"] == identifier)
        ]

    async def until(self, condition: Any, what: str) -> None:
        """Wait for something to have been told."""
        await until(condition, f"{what}, told {self.frames[-5:]}, closed {self.closed}", PATIENCE)

    async def ended(self) -> JSONObject | None:
        """Wait for the end; answers the disconnect message, where there was one."""
        await self.until(lambda: self.closed is not None, "the end")
        found = self.of_type(None, "disconnect")
        return found[-1] if found else None

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self.socket:
                self.frames.append(json.loads(text))
        self.closed = self.socket.close_code or 0


class Channel:
    """A subscription of a connection."""

    def __init__(self, cable: Cable, identifier: str, answer: JSONObject) -> None:
        self.cable = cable
        self.identifier = identifier
        self.answer = answer

    @property
    def confirmed(self) -> bool:
        return bool(self.answer["type"] == "confirm_subscription")

    @property
    def messages(self) -> list[JSONObject]:
        """Every message, presence left out."""
        told = [
            one["message"]
            for one in self.cable.frames
            if "message" in one and one.get("identifier") == self.identifier
        ]
        return [one for one in told if one["event"] != "presence.update"]

    @property
    def names(self) -> list[str]:
        return [one["event"] for one in self.messages]

    @property
    def presence(self) -> JSONObject:
        """Who is there, as last told."""
        found = [
            one["message"]["data"]
            for one in self.cable.frames
            if one.get("identifier") == self.identifier
            and "message" in one
            and one["message"]["event"] == "presence.update"
        ]
        return found[-1] if found else {}

    async def hears(self, event: str, count: int = 1) -> JSONObject:
        """Wait for the so-manieth message of an event; answers its data."""
        await self.cable.until(lambda: self.names.count(event) >= count, f"{count} {event}")
        data: JSONObject = [one["data"] for one in self.messages if one["event"] == event][count - 1]
        return data

    async def perform(self, action: str) -> None:
        data = json.dumps({"action": action})
        await self.cable.say({"command": "message", "identifier": self.identifier, "data": data})

    async def unsubscribe(self) -> None:
        await self.cable.say({"command": "unsubscribe", "identifier": self.identifier})


class Station:
    """An application that listens on a real socket."""

    def __init__(self, api: API, url: str, web: Web, live: Live) -> None:
        self.api = api
        self.url = url
        self.web = web
        self.live = live

    @asynccontextmanager
    async def cable(self, **more: Any) -> AsyncIterator[Cable]:
        async with open_cable(self.url, **more) as cable:
            yield cable

    async def pubsub_token(self, user_id: int) -> str:
        """A user's own."""
        async with self.api.world.database.read() as reader:
            found = await users.get(reader, user_id)
        assert found is not None
        return found.pubsub_token

    async def agent(self, cable: Cable, user_id: int, **more: Any) -> Channel:
        """Listen as a user of the world's account."""
        token = await self.pubsub_token(user_id)
        account_id = self.api.world.account_id
        return await cable.subscribe(token, account_id=account_id, user_id=user_id, **more)


@asynccontextmanager
async def open_cable(url: str, **more: Any) -> AsyncIterator[Cable]:
    """A connection to a server at an `http://…` address."""
    address = url.replace("http://", "ws://", 1) + "/cable"
    async with Cable(await connect(address, **{"compression": None, **more})) as cable:
        yield cable


@asynccontextmanager
async def on_air(api: API) -> AsyncIterator[Station]:
    """The application of a test, on a socket, with its live part running."""
    live = api.services.live
    listener = socket.create_server(("127.0.0.1", 0))
    web = Web(api.app, listener, live)
    api.world.database.press = live.feed.wake
    running = [asyncio.create_task(web.run()), asyncio.create_task(live.run())]
    try:
        yield Station(api, f"http://127.0.0.1:{listener.getsockname()[1]}", web, live)
    finally:
        web.stop()
        await running[0]
        live.stop()
        await running[1]
        listener.close()
