"""`Idempotency-Key` on a POST: whoever asks the same again is answered the same again, and nothing is done a second time.

The key and the answer are kept in the request's own unit of work: a crash leaves both, or neither. Errors are not kept, since
nothing was done; nor are files, which are made of what is there and may be large.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

from fastapi import Request, Response
from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk.actor import Actor
from deskbell.kit import json
from deskbell.kit.clock import HOUR
from deskbell.kit.errors import Conflict, Invalid, InvalidRequest
from deskbell.model.inbox import Inbox
from deskbell.model.platform import PlatformApp
from deskbell.store import idempotency
from deskbell.store.database import Database, Reader, Unit
from deskbell.store.idempotency import Answered
from deskbell.store.joined import Joined
from deskbell.web.answers import JSON
from deskbell.web.services import Services

HEADER = "idempotency-key"
REPLAYED = "idempotent-replayed"
LONGEST = 255
UNGUESSABLE = 16
"""The least length of a key where nobody proved who they are: who guesses another's key would be given their answer."""

Endpoint = Callable[..., Awaitable[Response]]


@runtime_checkable
class Asking(Protocol):
    """Somebody an endpoint is told of who is no actor yet, and by what they are known."""

    @property
    def asking(self) -> str: ...


class _Replay(Exception):
    """The answer was found where the work was about to begin: another process was faster."""

    def __init__(self, answered: Answered) -> None:
        super().__init__()
        self.answered = answered


class Keyed(Struct, frozen=True):
    """A request under its key."""

    key_hash: str
    request_hash: str

    def replay(self, answered: Answered) -> Response:
        """The answer once more. Raises Invalid where it was given to another request."""
        if answered.request_hash != self.request_hash:
            raise Invalid({"idempotency_key": "was used before, for another request"})
        media = JSON if answered.status != 204 else None
        return Response(answered.body, answered.status, {REPLAYED: "true"}, media_type=media)


async def answer_once(request: Request, body: Any, endpoint: Endpoint, values: dict[str, Any]) -> Response:
    """The endpoint's answer, or the one it gave before. Raises InvalidRequest, Invalid, Conflict, and what the endpoint raises."""
    who = _asking(values)
    if who is None:  # nothing is done for nobody: whatever this is may be asked again
        return await endpoint(**values)
    keyed = _keyed(request, body, who)
    services: Services = request.app.state.services
    with _alone(request, keyed.key_hash):
        async with services.database.glance() as reader:
            answered = await idempotency.get(reader, keyed.key_hash, _oldest(services))
        if answered is not None:
            return keyed.replay(answered)
        try:
            return await _first(services, keyed, endpoint, values)
        except _Replay as found:
            return keyed.replay(found.answered)


async def answered_before(request: Request, reader: Reader, actor: Actor, key: str) -> bytes | None:
    """The body that a POST of the actor's to the same address was answered under a key, if it was."""
    services: Services = request.app.state.services
    found = await idempotency.get(reader, _key_hash(request, _known_as(actor), key), _oldest(services))
    return None if found is None else found.body


async def _first(services: Services, keyed: Keyed, endpoint: Endpoint, values: dict[str, Any]) -> Response:
    async def begun(unit: Unit) -> None:
        if not await idempotency.hold(unit, keyed.key_hash):
            raise _under_way()
        answered = await idempotency.get(unit, keyed.key_hash, _oldest(services))
        if answered is not None:
            raise _Replay(answered)

    async with Joined(services.database, begun) as database:
        joined = replace(services, database=_as_database(database))
        asked = {name: joined if value is services else value for name, value in values.items()}
        response = await endpoint(**asked)
        if response.status_code < 300 and response.media_type in (JSON, None):
            async with database.unit() as unit:
                answered = Answered(keyed.request_hash, response.status_code, bytes(response.body))
                await idempotency.keep(unit, keyed.key_hash, answered)
    return response


def _as_database(database: Joined) -> Database:
    return database


def _keyed(request: Request, body: Any, who: str) -> Keyed:
    key = request.headers[HEADER].strip().strip('"')
    least = UNGUESSABLE if who.startswith("inbox:") else 1
    if not least <= len(key) <= LONGEST:
        raise InvalidRequest(f"The Idempotency-Key should have {least} to {LONGEST} characters.")
    return Keyed(
        key_hash=_key_hash(request, who, key),
        request_hash=_hash(request.scope["query_string"] + b"\n" + json.dump_sorted(body)),
    )


def _key_hash(request: Request, who: str, key: str) -> str:
    return _hash(f"{who}\n{request.url.path}\n{key}".encode())


def _known_as(actor: Actor) -> str:
    return f"{actor.kind}:{actor.account_id}:{actor.id}"


def _asking(values: dict[str, Any]) -> str | None:
    """Who asks, as they are known for good: tokens and sessions of the same person come and go."""
    for value in values.values():
        if isinstance(value, Actor):
            return _known_as(value)
        if isinstance(value, PlatformApp):
            return f"platform:{value.id}"
        if isinstance(value, Asking):
            return value.asking
    # Last: a visitor's requests name their inbox too. Opening a session makes no record, and its answer is a secret.
    inbox = values.get("inbox")
    return f"inbox:{inbox.id}" if isinstance(inbox, Inbox) and inbox.channel == "Channel::Api" else None


@contextmanager
def _alone(request: Request, key_hash: str) -> Iterator[None]:
    """Nothing else goes on under this key in this process. Raises Conflict."""
    under_way: set[str] = request.app.state.under_way
    if key_hash in under_way:
        raise _under_way()
    under_way.add(key_hash)
    try:
        yield
    finally:
        under_way.discard(key_hash)


def _under_way() -> Conflict:
    return Conflict(
        "The first request with this Idempotency-Key is still under way; ask again a little later."
    )


def _oldest(services: Services) -> int:
    return services.clock.now() - int(services.settings.idempotency_hours * HOUR)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
