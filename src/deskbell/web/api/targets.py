"""What owners see and do of whatever is delivered to: the same routes below a webhook, an agent bot and an API inbox."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.delivery import trial
from deskbell.desk import access, owners
from deskbell.desk.commands import targets as commands
from deskbell.desk.queries import webhooks as queries
from deskbell.desk.rules.secrets import OVERLAP_HOURS
from deskbell.model.account import PayloadFormat
from deskbell.model.delivery import DeliveryState
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.model.webhook import Signature, TargetKind
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import LARGEST, Blankable, Body, ObjectOrText, OptionalText, PathId
from deskbell.web.deps import PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import deliveries
from deskbell.web.present.deliveries import AttemptJSON, ConditionJSON, DeliveryJSON


class ExplanationJSON(TypedDict):
    code: str
    explanation: str
    delivery: int | None


class WhyJSON(TypedDict):
    payload: ExplanationJSON


class TestJSON(TypedDict):
    event: EventName
    attempt: AttemptJSON


class TestedJSON(TypedDict):
    payload: TestJSON


class HealthJSON(TypedDict):
    payload: ConditionJSON


class DeliveriesMetaJSON(TypedDict):
    next_before: int | None


class DeliveriesJSON(TypedDict):
    meta: DeliveriesMetaJSON
    payload: list[DeliveryJSON]


NULLABLE_TERMS = frozenset({"schedule", "timeout", "concurrency"})
"""What null gives the settings' back for."""


WORDS: dict[TargetKind, str] = {"webhook": "webhook", "agent_bot": "bot", "api_inbox": "inbox"}


class TargetFields(Body):
    """How something is delivered to."""

    payload_format: Annotated[PayloadFormat | None, Blankable] = None
    headers: Annotated[dict[str, str] | None, ObjectOrText] = None
    signature: Annotated[Signature | None, Blankable] = None
    secret: OptionalText = None
    schedule: list[int] | None = None
    timeout: float | None = None
    concurrency: int | None = None
    status: Annotated[Literal["enabled", "paused", "disabled"] | None, Blankable] = None


class Rotation(Body):
    model_config = ConfigDict(extra="forbid")
    signature: Annotated[Signature | None, Blankable] = None
    overlap_hours: Annotated[float, Field(description="How long the old secret signs beside the new one")] = (
        OVERLAP_HOURS
    )


class TestSend(Body):
    model_config = ConfigDict(extra="forbid")
    event: Annotated[EventName | None, Blankable] = None


class Care:
    """The endpoints for one kind of owner."""

    def __init__(self, kind: TargetKind) -> None:
        self._kind = kind

    async def why(
        self, owner_id: PathId, event_number: PathId, actor: TheActor, services: TheServices
    ) -> Response:
        async with services.database.read() as reader:
            told = await queries.why(reader, actor, owner_id, event_number, services.clock.now(), self._kind)
        return answer(
            {"payload": {"code": told.code, "explanation": told.sentence, "delivery": told.delivery}}
        )

    async def health(self, owner_id: PathId, actor: TheActor, services: TheServices) -> Response:
        async with services.database.read() as reader:
            found = await queries.condition(reader, actor, owner_id, self._kind)
        return answer({"payload": deliveries.condition(found)})

    async def send_test(
        self, owner_id: PathId, body: TestSend, actor: TheActor, services: TheServices
    ) -> Response:
        async with services.database.read() as reader:
            target = await owners.the_target(reader, actor, owner_id, self._kind)
            wanted: list[EventName] = list(EVENT_NAMES)
            if self._kind == "webhook":
                webhook = await access.the_webhook(reader, actor, owner_id)
                wanted = [name for name in EVENT_NAMES if name in webhook.subscriptions]
        event = wanted[0] if body.event is None else body.event
        made = await trial.send(services.client, target, event, services.clock.now())
        return answer({"payload": {"event": event, "attempt": deliveries.attempt(made)}})

    async def skip_backlog(self, owner_id: PathId, actor: TheActor, services: TheServices) -> Response:
        async with services.database.unit() as unit:
            await commands.skip_backlog(unit, actor, owner_id, self._kind)
        return empty()

    async def list_deliveries(
        self,
        owner_id: PathId,
        actor: TheActor,
        services: TheServices,
        state: DeliveryState | None = None,
        event: EventName | None = None,
        before: Annotated[
            int | None, Query(ge=1, le=LARGEST, description="Only deliveries with a smaller number")
        ] = None,
        per_page: PageSize = 25,
    ) -> Response:
        async with services.database.read() as reader:
            found = await queries.delivery_page(
                reader,
                actor,
                owner_id,
                state=state,
                event=event,
                before=before,
                limit=per_page,
                kind=self._kind,
            )
        next_before = found[-1].delivery.number if len(found) == per_page else None
        payload = [deliveries.delivery(one) for one in found]
        return answer({"meta": {"next_before": next_before}, "payload": payload})

    async def show_delivery(
        self, owner_id: PathId, number: PathId, actor: TheActor, services: TheServices
    ) -> Response:
        async with services.database.read() as reader:
            story = await queries.delivery(reader, actor, owner_id, number, self._kind)
        return answer(deliveries.delivery_story(story))


def cared_for(owners_path: str, tag: str, kind: TargetKind) -> APIRouter:
    """The routes below each owner of a kind."""
    router, care = resource(f"{ACCOUNT}/{owners_path}/{{owner_id}}", tag), Care(kind)
    what = WORDS[kind]
    router.get(
        "/why/{event_number}", summary=f"Why did this {what} not get that event?", responses=answers(WhyJSON)
    )(care.why)
    router.get("/health", summary="How deliveries go of late, and what waits", responses=answers(HealthJSON))(
        care.health
    )
    router.post("/test", summary="Send a sample now, and see the answer", responses=answers(TestedJSON))(
        care.send_test
    )
    router.post("/skip_backlog", summary="Let go of what waits; it can be replayed")(care.skip_backlog)
    router.get(
        "/deliveries", summary="The log of deliveries, newest first", responses=answers(DeliveriesJSON)
    )(care.list_deliveries)
    router.get("/deliveries/{number}", summary="One delivery's whole story", responses=answers(DeliveryJSON))(
        care.show_delivery
    )
    return router


webhooks_router = cared_for("webhooks", "Webhooks", "webhook")
bots_router = cared_for("agent_bots", "Agent bots", "agent_bot")
inboxes_router = cared_for("inboxes", "Inboxes", "api_inbox")
