"""Steady load: clients that write into their conversations until told to stop, whatever becomes of the server, and keep count."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from tests.support.asking import Answer, NotAnsweredError, NotSentError
from tests.support.faces import Chat, Desk, Face
from tests.support.process import Server, until
from tests.support.reckoning import Ledger, Message

BREATH = 0.04
"""Seconds between two messages of a writer, on average."""


class Load:
    """A writer for each conversation, one message after another, as contact and as agent in turn.

    What was refused or not answered is not repeated: the next message has a text of its own.
    """

    def __init__(self, desk: Desk, chats: dict[int, Chat], chance: random.Random) -> None:
        self._desk = desk
        self._chats = chats
        self._chance = chance
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self.ledger = Ledger(desk.account_id)
        self.answers: Counter[int] = Counter()

    def begin(self) -> None:
        self._stopping = False
        self._tasks = [asyncio.create_task(self._write(number)) for number in self._chats]

    async def more(self, count: int) -> None:
        """Wait until that many more messages are acknowledged."""
        enough = len(self.ledger.acknowledged) + count
        await self.until(lambda: len(self.ledger.acknowledged) >= enough, f"{count} more messages")

    async def refused(self, count: int) -> None:
        """Wait until that many more requests are refused."""
        enough = len(self.ledger.refused) + count
        await self.until(lambda: len(self.ledger.refused) >= enough, f"{count} more refusals")

    async def end(self) -> None:
        """Let each writer finish what it is about to write."""
        self._stopping = True
        await asyncio.gather(*self._tasks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something while writing; a writer that fails is heard at once."""
        await until(lambda: condition() or any(task.done() for task in self._tasks), what)
        for task in self._tasks:
            if task.done():
                task.result()

    async def _write(self, number: int) -> None:
        chat = self._chats[number]
        asked: list[tuple[Face, str]] = [
            (chat, f"/{chat.source_id}/conversations/{number}/messages"),
            (self._desk, f"/conversations/{number}/messages"),
        ]
        turn = len(self.ledger.written)
        while not self._stopping:
            turn += 1
            content = f"{number}-{turn}"
            self.ledger.written.append(content)
            await self._say(*asked[turn % 2], number, content)
            await asyncio.sleep(self._chance.uniform(0, 2 * BREATH))

    async def _say(self, face: Face, path: str, number: int, content: str) -> None:
        while not self._stopping:
            try:
                answer = await face.ask("POST", path, {"content": content})
            except NotSentError:  # the server is away
                await asyncio.sleep(BREATH)
            except NotAnsweredError:
                self.ledger.unanswered.add(content)
                return
            else:
                self._note(answer, number, content)
                return
        self.ledger.unanswered.add(content)

    def _note(self, answer: Answer, number: int, content: str) -> None:
        self.answers[answer.status] += 1
        assert answer.status in (200, 503), f"{answer.status} {answer.text}"
        if answer.status == 503:
            assert answer.json["code"] == "unavailable"
            self.ledger.refused.add(content)
        else:
            self.ledger.acknowledged.append(
                Message(id=answer.json["id"], conversation=number, content=content)
            )


@asynccontextmanager
async def load(server: Server, desk: Desk, count: int, chance: random.Random) -> AsyncIterator[Load]:
    """Writers with a conversation each, begun by contacts of a new API inbox; they write from `begin` on."""
    inbox = await desk.api_inbox()
    async with AsyncExitStack() as stack:
        chats: dict[int, Chat] = {}
        for number in range(count):
            chat = await stack.enter_async_context(Chat(server, inbox, f"contact-{number}"))
            await chat.register(f"Contact {number}")
            chats[await chat.begin()] = chat
        yield await stack.enter_async_context(Load(desk, chats, chance))
