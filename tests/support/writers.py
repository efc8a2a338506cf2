"""Clients that write on through stops, crashes and restarts, and remember what the server acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from tests.support.asking import NotAnsweredError, NotSentError
from tests.support.bells import Bell
from tests.support.faces import Chat, Desk, Face
from tests.support.process import Server, until


class Writers:
    """One writer for each conversation, all at once; each writes one message after another, as contact and as agent in turn.

    A request that brought no answer is not repeated, for it may have been recorded: its message is doubtful.
    """

    def __init__(self, desk: Desk, chats: dict[int, Chat]) -> None:
        self._desk = desk
        self._chats = chats
        self._tasks: list[asyncio.Task[None]] = []
        self.acknowledged: list[str] = []
        self.doubtful: list[str] = []

    def begin(self, each: int) -> None:
        """Let each writer write that many messages."""
        self._tasks = [asyncio.create_task(self._write(number, each)) for number in self._chats]

    async def have(self, count: int) -> None:
        """Wait until that many messages are acknowledged."""
        await until(lambda: len(self.acknowledged) >= count, f"{count} messages to be acknowledged")

    async def done(self) -> None:
        await asyncio.gather(*self._tasks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, number: int, each: int) -> None:
        chat = self._chats[number]
        asked: list[tuple[Face, str]] = [
            (chat, f"/{chat.source_id}/conversations/{number}/messages"),
            (self._desk, f"/conversations/{number}/messages"),
        ]
        for turn in range(each):
            content = f"{number}-{turn}"
            face, path = asked[turn % 2]
            kept = self.acknowledged if await self._is_acknowledged(face, path, content) else self.doubtful
            kept.append(content)

    async def _is_acknowledged(self, face: Face, path: str, content: str) -> bool:
        while True:
            try:
                return (await face.ask("POST", path, {"content": content})).status == 200
            except NotSentError:  # the server is away
                await asyncio.sleep(0.05)
            except NotAnsweredError:
                return False

    def check(self, bell: Bell) -> None:
        """What was acknowledged came, nothing came that was not written, and each conversation in its writer's order."""
        came = bell.contents()
        assert not set(self.acknowledged) - set(came), "acknowledged messages are lost"
        assert not set(came) - {*self.acknowledged, *self.doubtful}
        turns: dict[str, list[int]] = defaultdict(list)
        for content in came:
            number, turn = content.split("-")
            turns[number].append(int(turn))
        assert all(told == sorted(set(told)) for told in turns.values())


@asynccontextmanager
async def writers(server: Server, desk: Desk, count: int) -> AsyncIterator[Writers]:
    """Writers with a conversation each, begun by contacts of a new API inbox."""
    inbox = await desk.api_inbox()
    async with AsyncExitStack() as stack:
        chats: dict[int, Chat] = {}
        for number in range(count):
            chat = await stack.enter_async_context(Chat(server, inbox, f"contact-{number}"))
            await chat.register(f"Contact {number}")
            chats[await chat.begin()] = chat
        yield await stack.enter_async_context(Writers(desk, chats))
