"""Which agents look at the same conversation: known in memory only, heard of in passing, told to who has it open.

Each process knows the pages that look, its own and those it hears of. A page that is not heard of for long looks no more, whatever
became of its word.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress

from deskbell.kit import json
from deskbell.kit.clock import SECOND, Clock
from deskbell.realtime.ephemeral import Watch
from deskbell.realtime.hub import Subscription

LIFE = 25 * SECOND
"""How long a page looks without saying so again; pages do so every 10 s."""
REST = 0.5
"""Seconds between two tellings: a page that is loaded anew was never gone, and many changes are told as one."""
TURN = 2.0
"""Seconds between looks at who is not heard of any more."""
SHOWN = 5
"""Colleagues told of by name at most."""
PAGES = 20_000
"""Pages known at most; what comes then is let go."""

Place = tuple[int, int]
"""A conversation: its account and its number."""


class Watchers:
    """The pages that look at conversations, and what is told of them to the pages of this process."""

    def __init__(self, clock: Clock, said: Callable[[Watch], None]) -> None:
        self._clock = clock
        self._said = said
        self._pages: dict[str, tuple[Watch, int]] = {}
        self._at: dict[Place, set[str]] = defaultdict(set)
        self._own: dict[str, Subscription] = {}
        self._told: dict[str, str] = {}
        self._due: set[Place] = set()
        self._changed = asyncio.Event()

    def open(self, one: Subscription, watch: Watch) -> None:
        """A page of this process shows a conversation, be it still; it is told of those who do already."""
        known = self._pages.get(watch.page)
        self._own[watch.page] = one
        if known is None or known[0].place != watch.place:
            self._told.pop(watch.page, None)
        self._said(watch)
        self._tell(watch.page)

    def close(self, page: str) -> None:
        """A page of this process shows none any more."""
        self._own.pop(page, None)
        self._told.pop(page, None)
        known = self._pages.get(page)
        if known is not None:
            self._said(known[0].ended())

    def heard(self, watch: Watch) -> None:
        """A page looks at a conversation, or does no more, says this process or another."""
        known = self._pages.pop(watch.page, None)
        if known is not None and (known[0].place != watch.place or not watch.on):
            self._leave(known[0])
        if not watch.on or len(self._pages) >= PAGES:
            return
        self._pages[watch.page] = (watch, self._clock.now())
        if watch.page not in self._at[watch.place]:
            self._at[watch.place].add(watch.page)
            self._is_due(watch.place)

    async def run(self) -> None:
        """Tell of changes, and forget who is not heard of, for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TURN):
                    await self._changed.wait()
            await asyncio.sleep(REST)
            self._forget()
            self._changed.clear()
            due, self._due = self._due, set()
            for place in due:
                for page in list(self._at.get(place, ())):
                    self._tell(page)

    def _tell(self, page: str) -> None:
        """Tell a page of this process who else looks, unless it knows."""
        one, known = self._own.get(page), self._pages.get(page)
        if one is None or known is None or not _may_hear(one, known[0]):
            return
        text = _told(known[0], self._others(known[0]))
        if text != self._told.get(page):
            self._told[page] = text
            one.tell(text)

    def _others(self, watch: Watch) -> list[Watch]:
        """The colleagues who look too, each once, however many pages they have."""
        found = {self._pages[page][0].user_id: self._pages[page][0] for page in self._at[watch.place]}
        found.pop(watch.user_id, None)
        return sorted(found.values(), key=lambda one: (one.name, one.user_id))

    def _forget(self) -> None:
        now = self._clock.now()
        for page, (watch, at) in list(self._pages.items()):
            if not 0 <= now - at < LIFE:
                del self._pages[page]
                self._leave(watch)

    def _leave(self, watch: Watch) -> None:
        pages = self._at[watch.place]
        pages.discard(watch.page)
        if not pages:
            del self._at[watch.place]
        self._is_due(watch.place)

    def _is_due(self, place: Place) -> None:
        self._due.add(place)
        self._changed.set()


def _may_hear(one: Subscription, watch: Watch) -> bool:
    """Whether the page listens still, as somebody who may see the conversation."""
    return one.connection.subscriptions.get(one.identifier) is one and one.who.may_hear(watch.scene)


def _told(watch: Watch, others: Iterable[Watch]) -> str:
    """What a page is told of those who look at its conversation too."""
    named = [{"id": one.user_id, "name": one.name, "avatar_url": one.avatar_url} for one in others]
    data = {
        "account_id": watch.scene.account_id,
        "conversation": watch.conversation_number,
        "users": named[:SHOWN],
        "more": len(named[SHOWN:]),
    }
    return json.dump_text({"event": "deskbell.watchers", "data": data})
