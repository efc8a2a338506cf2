"""Replays of what was delivered to a webhook, an agent bot or an API inbox: how many it would be, begin, watch, cancel."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.desk.commands import replays as commands
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.queries import webhooks as queries
from deskbell.kit.clock import DAY, SECOND, iso, parse_iso
from deskbell.model.replay import Replay
from deskbell.model.webhook import TargetKind
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import LARGEST, Body, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.slices import TheSlice

LATEST = 253_402_300_799
"""The last second of the year 9999."""


class ReplayJSON(TypedDict):
    id: int | None
    state: str
    total: int
    done: int
    rate: int | None
    created_at: str
    finished_at: str | None


class OneReplayJSON(TypedDict):
    payload: ReplayJSON


class ReplaysJSON(TypedDict):
    payload: list[ReplayJSON]


def _instant(value: Any) -> Any:
    """ISO 8601, or unix seconds."""
    if isinstance(value, str) and not value.isdigit():
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):
            raise ValueError("should be ISO 8601 or unix seconds") from None
    seconds = int(value) if isinstance(value, str) else value
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds <= LATEST:
        return seconds * SECOND
    raise ValueError("should be ISO 8601 or unix seconds")


Instant = Annotated[int, BeforeValidator(_instant), Field(ge=0)]
Number = Annotated[int, Field(ge=1, le=LARGEST)]


class ReplayBody(Body):
    """Which deliveries, how fast, and whether only to count them."""

    model_config = ConfigDict(extra="forbid")
    number: Number | None = None
    numbers: Annotated[
        list[Number] | None, Field(description="Some, one by one; those that cannot be replayed are left out")
    ] = None
    first_number: Number | None = None
    last_number: Number | None = None
    since: Instant | None = None
    until: Instant | None = None
    dead_since: Instant | None = None
    rate: Annotated[
        int | None, Field(description="Deliveries per second; as fast as they fit where none is given")
    ] = None
    dry_run: Annotated[bool, Field(description="Only say how many there are")] = False


def _shown(one: Replay) -> ReplayJSON:
    return {
        "id": one.id or None,
        "state": one.state if one.id else "planned",
        "total": one.total,
        "done": one.done,
        "rate": one.rate,
        "created_at": iso(one.created_at),
        "finished_at": iso(one.finished_at) if one.finished_at else None,
    }


class Replays:
    """The endpoints for one kind of owner."""

    def __init__(self, kind: TargetKind) -> None:
        self._kind = kind

    async def create_replay(
        self, owner_id: PathId, body: ReplayBody, actor: TheActor, services: TheServices
    ) -> Response:
        oldest = services.clock.now() - int(services.settings.retention_days * DAY)
        wanted = body.changes(Wanted, oldest=oldest)
        if body.dry_run:
            async with services.database.read() as reader:
                planned = await commands.plan(
                    reader, actor, owner_id, wanted, services.clock.now(), self._kind
                )
            return answer({"payload": _shown(planned)})
        async with services.database.unit() as unit:
            replay = await commands.create_replay(unit, actor, owner_id, wanted, self._kind)
        return answer({"payload": _shown(replay)})

    async def list_replays(
        self, owner_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice
    ) -> Response:
        async with services.database.read() as reader:
            found = await queries.all_replays(reader, actor, owner_id, self._kind)
        return wanted.answer(found, _shown, lambda shown: {"payload": shown})

    async def show_replay(
        self, owner_id: PathId, replay_id: PathId, actor: TheActor, services: TheServices
    ) -> Response:
        async with services.database.read() as reader:
            found = await queries.replay(reader, actor, owner_id, replay_id, self._kind)
        return answer({"payload": _shown(found)})

    async def cancel_replay(
        self, owner_id: PathId, replay_id: PathId, actor: TheActor, services: TheServices
    ) -> Response:
        async with services.database.unit() as unit:
            ended = await commands.cancel_replay(unit, actor, owner_id, replay_id, self._kind)
        return answer({"payload": _shown(ended)})


def replayed(owners_path: str, tag: str, kind: TargetKind) -> APIRouter:
    """The routes below each owner of a kind."""
    router, of = resource(f"{ACCOUNT}/{owners_path}/{{owner_id}}/replays", tag), Replays(kind)
    one = answers(OneReplayJSON)
    router.post("", summary="Send deliveries again, or say how many they are", responses=one)(
        of.create_replay
    )
    router.get("", summary="The newest replays", responses=answers(ReplaysJSON))(of.list_replays)
    router.get("/{replay_id}", summary="How far a replay has come", responses=one)(of.show_replay)
    router.post("/{replay_id}/cancel", summary="Send nothing more of it", responses=one)(of.cancel_replay)
    return router


webhooks_router = replayed("webhooks", "Webhooks", "webhook")
bots_router = replayed("agent_bots", "Agent bots", "agent_bot")
inboxes_router = replayed("inboxes", "Inboxes", "api_inbox")
