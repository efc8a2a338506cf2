"""How long a request's body may be silent. Who says that there is a body and sends none holds a connection and, here, no more than that."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deskbell.kit.errors import DeskbellError
from deskbell.web.answers import answer

BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))


class TooSlow(DeskbellError):
    """Raised where a body is read that does not come."""

    status, code = 408, "too_slow"


class Patience:
    """Gives up on bodies of which nothing comes for a while: the rest of the request is not waited for."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in BODILESS:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._seconds)
        try:
            await self._app(scope, body.receive, body.send)
        except TooSlow:
            if not body.late:
                raise
        if body.late and not body.answered:
            told = TooSlow(f"Nothing of the body came for {self._seconds:g} s.")
            refused = answer({"error": told.message, "code": told.code}, told.status)
            refused.headers["connection"] = "close"
            await refused(scope, receive, send)


class _Body:
    """What comes of one request, and what is answered."""

    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self.late = False
        self.answered = False
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        waiting = asyncio.current_task()
        assert waiting is not None
        alarm = asyncio.get_running_loop().call_later(self._seconds, self._give_up, waiting)
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if self.late and waiting.uncancel() == 0:
                raise TooSlow("The body is too slow.") from None
            raise
        finally:
            alarm.cancel()
        self._is_whole = not message.get("more_body", False)
        return message

    def _give_up(self, waiting: asyncio.Task[Any]) -> None:
        """As asyncio.timeout does, at a third of its cost for a body that is there already."""
        self.late = True
        waiting.cancel()

    async def send(self, message: Message) -> None:
        """What is made of a body that did not come is not answered: that it did not come is."""
        if not self.late or self.answered:
            self.answered = True
            await self._send(message)
