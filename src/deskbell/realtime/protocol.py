"""ActionCable's messages, version 1 in JSON: what a client says, and what it is told."""

from typing import Any

from msgspec import Struct

from deskbell.kit import ids, json
from deskbell.realtime.told import Cursor

SUBPROTOCOL = "actioncable-v1-json"
CHANNEL = "RoomChannel"
WELCOME = '{"type":"welcome"}'
IDENTIFIER_LIMIT = 2_000


class Malformed(Exception):
    """What a client said is nothing of the protocol."""


class Command(Struct, frozen=True):
    """One thing a client says. `data` is what comes along with a `message`."""

    name: str
    identifier: str
    data: dict[str, Any]


class Wanted(Struct, frozen=True, kw_only=True):
    """What a subscription asks for: to listen as the owner of a token, from where it has heard already.

    The token is blank where a connection has proven already who listens.
    """

    token: str
    account_id: int | None
    user_id: int | None
    after: Cursor | None
    resumes: bool
    """Whether it says how far it has heard, be it in words we do not know."""


def read_command(text: str) -> Command:
    """Raises Malformed."""
    said = _object(text)
    name, identifier = said.get("command"), said.get("identifier")
    if not isinstance(name, str) or not isinstance(identifier, str) or len(identifier) > IDENTIFIER_LIMIT:
        raise Malformed
    data = said.get("data")
    return Command(name, identifier, _object(data) if isinstance(data, str) else {})


def read_identifier(identifier: str) -> Wanted | None:
    """What a subscription asks for; None for what nobody offers here. Raises Malformed."""
    said = _object(identifier)
    token = said.get("pubsub_token", "")
    if said.get("channel") != CHANNEL or not isinstance(token, str):
        return None
    after = said.get("after")
    return Wanted(
        token=token,
        account_id=_id(said.get("account_id")),
        user_id=_id(said.get("user_id")),
        after=Cursor.parse(after),
        resumes=after is not None,
    )


def ping(now: int) -> str:
    """`now` in seconds."""
    return f'{{"type":"ping","message":{now}}}'


def confirmed(identifier: str, cursor: Cursor) -> str:
    """The cursor, which the reference has not, is where what is told begins."""
    return json.dump_text({"identifier": identifier, "type": "confirm_subscription", "cursor": str(cursor)})


def rejected(identifier: str) -> str:
    return json.dump_text({"identifier": identifier, "type": "reject_subscription"})


def disconnect(reason: str, *, reconnect: bool) -> str:
    return json.dump_text({"type": "disconnect", "reason": reason, "reconnect": reconnect})


def resume_failed(cursor: Cursor) -> str:
    """What was missed is not told again: the client loads everything anew, and hears what comes after the cursor."""
    return json.dump_text({"event": "resume.failed", "data": {}, "cursor": str(cursor)})


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads_foreign(text)
    except ValueError:
        raise Malformed from None
    if not isinstance(said, dict):
        raise Malformed
    return said


def _id(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return ids.read(str(value))
