"""A webhook receiver on the loopback address: it verifies, tells what came, and answers as it is told.

The demo and `deskbell listen` show with it what rings; tests let it misbehave.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from deskbell.kit import json
from deskbell.runtime.receiver_http import Connection, Reply

__all__ = ["OnEvent", "Received", "Receiver", "Reply", "Secrets", "about", "line", "verify"]

LONGEST_QUOTE = 60


class Received(msgspec.Struct, frozen=True):
    """One request, complete. Header names are lower case; numbers that did not come are 0, texts empty."""

    headers: dict[str, str]
    body: bytes
    path: str
    event_id: str
    event: str
    delivery: int
    attempt: int
    verified: bool
    problem: str | None  # why it is not verified
    received_at: int  # 1, 2, 3 … in the order in which requests were complete

    @property
    def json(self) -> Any:
        """The body, read as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)


Secrets = Callable[[], list[str]] | list[str]
OnEvent = Callable[[Received], Reply | int | None]


class Receiver:
    """Listens, calls `on_event` for each POST, and sends what it returns: a reply, a status, or None for 200.

    `secrets` are those a signature may be made with; a callable is asked anew for each request. Port 0 picks a
    free port, which stays the same when the receiver is closed and started again.
    """

    def __init__(self, secrets: Secrets, on_event: OnEvent, host: str = "127.0.0.1", port: int = 0) -> None:
        self._secrets = secrets
        self._on_event = on_event
        self._host = host
        self._port = port
        self._count = 0
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._deserted = asyncio.Event()
        self._open = False

    async def start(self) -> None:
        """Listen. Raises OSError where the address is taken."""
        loop = asyncio.get_running_loop()
        self._open = True
        self._server = await loop.create_server(self._connection, self._host, self._port, backlog=1024)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and cut all connections, also those whose reply is still due."""
        self._open = False
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        while self._connections:
            self._deserted.clear()
            for connection in tuple(self._connections):
                connection.abort()
            await self._deserted.wait()
        await server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port it listens on; known once it has started."""
        return self._port

    @property
    def url(self) -> str:
        """Where to send webhooks; any path below it does as well."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def _connection(self) -> Connection:
        return Connection(self._take, self._opened, self._gone)

    def _opened(self, connection: Connection) -> None:
        self._connections.add(connection)
        if not self._open:
            connection.abort()

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._deserted.set()

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        secrets = self._secrets() if callable(self._secrets) else self._secrets
        problem = verify(secrets, headers, body)
        self._count += 1
        received = Received(
            headers=headers,
            body=body,
            path=path,
            event_id=headers.get("webhook-id", ""),
            event=headers.get("deskbell-event", ""),
            delivery=_number(headers.get("deskbell-delivery", "")),
            attempt=_number(headers.get("deskbell-attempt", "")),
            verified=problem is None,
            problem=problem,
            received_at=self._count,
        )
        answer = self._on_event(received)
        return answer if isinstance(answer, Reply) else Reply(200 if answer is None else answer)


def verify(secrets: list[str], headers: dict[str, str], body: bytes) -> str | None:
    """What is wrong with a request's signature; None where one of the secrets made it."""
    problem = "No secret to verify with"
    for secret in secrets:
        try:
            Webhook(secret).verify(body, headers, json_parse=False)
        except WebhookVerificationError as error:
            problem = str(error)
        except (ValueError, EmptyWebhookSecretError) as error:
            # The library lets through what it stumbles over in unreadable signatures, secrets and bodies.
            problem = f"Unreadable signature, secret or body: {error}"
        else:
            return None
    return problem


def line(received: Received) -> str:
    """One line for a terminal: whether the signature holds, which event, its id, and what it is about."""
    told = about(received) if received.verified else received.problem or "not verified"
    again = f"  (attempt {received.attempt})" if received.attempt > 1 else ""
    mark = "✔" if received.verified else "✘"
    text = f"{mark} {received.event or '(no event)':<27}  {received.event_id or '(no id)'}  {told}{again}"
    # What strangers sent must not steer the terminal.
    return "".join(character if character.isprintable() else " " for character in text).rstrip()


def about(received: Received) -> str:
    """What an event is about, in a few words."""
    try:
        body = received.json
    except ValueError:
        body = None
    return _told(received.event, body) if isinstance(body, dict) else "(no JSON object)"


def _told(event: str, body: json.JSONObject) -> str:
    kind = event or str(body.get("event", ""))
    conversation = _part(body, "conversation") or _part(body, "current_conversation")
    number = body.get("id") if kind.startswith("conversation_") else conversation.get("id")
    where = f"conversation {number}" if number is not None else "no conversation"
    return f"{where}  {_about(kind, body)}".rstrip()


def _about(kind: str, body: json.JSONObject) -> str:
    if kind.startswith("message_"):
        return _quoted(body.get("content"))
    if kind == "conversation_updated":
        changes = body.get("changed_attributes")
        listed = changes if isinstance(changes, list) else []
        return ", ".join(name for change in listed if isinstance(change, dict) for name in change)
    if kind == "webwidget_triggered":
        return _quoted(_part(body, "event_info").get("referer"))
    return str(body.get("status", ""))


def _quoted(text: object) -> str:
    if not isinstance(text, str):
        return ""
    short = " ".join(text.split())
    return f'"{short}"' if len(short) <= LONGEST_QUOTE else f'"{short[: LONGEST_QUOTE - 1]}…"'


def _part(body: json.JSONObject, key: str) -> json.JSONObject:
    part = body.get(key)
    return part if isinstance(part, dict) else {}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
