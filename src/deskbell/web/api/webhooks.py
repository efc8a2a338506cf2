"""Webhooks, and the log of what was delivered."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import Query, Response
from msgspec import UNSET
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.delivery import trial
from deskbell.desk import access
from deskbell.desk.commands import webhooks as commands
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import webhooks as queries
from deskbell.model.account import PayloadFormat
from deskbell.model.delivery import DeliveryState
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.model.webhook import Signature
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import (
    LARGEST,
    Blankable,
    Body,
    Flag,
    Id,
    ObjectOrText,
    OptionalId,
    OptionalText,
    PathId,
)
from deskbell.web.deps import PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import places
from deskbell.web.present.places import AttemptJSON, DeliveryJSON, WebhookJSON
from deskbell.web.services import Services
from deskbell.web.vetting import vet

router = resource(f"{ACCOUNT}/webhooks", "Webhooks")

NULLABLE = frozenset({"name", "schedule", "timeout", "concurrency"})
"""What null has a meaning for: no name, and the settings' terms."""


class OneWebhookJSON(TypedDict):
    webhook: WebhookJSON


class WrittenWebhookJSON(TypedDict):
    payload: OneWebhookJSON


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


class WebhookListJSON(TypedDict):
    webhooks: list[WebhookJSON]


class WebhooksJSON(TypedDict):
    payload: WebhookListJSON


class DeliveriesMetaJSON(TypedDict):
    next_before: int | None


class DeliveriesJSON(TypedDict):
    meta: DeliveriesMetaJSON
    payload: list[DeliveryJSON]


class WebhookFields(Body):
    """A webhook. Fields that it has not are refused, so that a slip in a name is seen at once."""

    model_config = ConfigDict(extra="forbid")
    wrapper: ClassVar[str] = "webhook"
    shown: ClassVar[frozenset[str]] = frozenset(
        {"id", "account_id", "status_reason", "inbox", "public_key", "previous_secret_until"}
    )
    url: OptionalText = None
    name: OptionalText = None
    subscriptions: list[str] | None = None
    inbox_id: OptionalId = None
    inbox_ids: Annotated[list[Id] | None, Field(max_length=1000)] = None
    include_private: Flag = None
    payload_format: Annotated[PayloadFormat | None, Blankable] = None
    headers: Annotated[dict[str, str] | None, ObjectOrText] = None
    signature: Annotated[Signature | None, Blankable] = None
    secret: OptionalText = None
    schedule: list[int] | None = None
    timeout: float | None = None
    concurrency: int | None = None
    status: Annotated[Literal["enabled", "paused", "disabled"] | None, Blankable] = None

    async def webhook_changes(self, services: Services) -> WebhookChanges:
        said: dict[str, Any] = {
            name: value for name, value in self.said().items() if value is not None or name in NULLABLE
        }
        refused: dict[str, str] = {}
        said.pop("url", None)
        address = await vet(services, self.url, "url", refused)
        if "url" in self.model_fields_set and address is None:
            refused.setdefault("url", "can't be blank")
        inbox_id = said.pop("inbox_id", None)
        if inbox_id and "inbox_ids" not in said:
            said["inbox_ids"] = [inbox_id]
        return WebhookChanges(**said, address=address or UNSET, refused=refused)


@router.get("", summary="List webhooks", responses=answers(WebhooksJSON))
async def list_webhooks(actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_webhooks(reader, actor)
    return answer({"payload": {"webhooks": [places.webhook(one) for one in found]}})


@router.post("", summary="Create a webhook", responses=answers(WrittenWebhookJSON))
async def create_webhook(body: WebhookFields, actor: TheActor, services: TheServices) -> Response:
    access.require_administrator(actor)
    changes = await body.webhook_changes(services)
    async with services.database.unit() as unit:
        webhook = await commands.create_webhook(unit, actor, changes)
    return answer({"payload": {"webhook": places.webhook(webhook)}})


@updates(
    router,
    "/{webhook_id}",
    summary="Change a webhook",
    responses=answers(WrittenWebhookJSON),
)
async def update_webhook(
    webhook_id: PathId, body: WebhookFields, actor: TheActor, services: TheServices
) -> Response:
    access.require_administrator(actor)
    changes = await body.webhook_changes(services)
    async with services.database.unit() as unit:
        webhook = await commands.update_webhook(unit, actor, webhook_id, changes)
    return answer({"payload": {"webhook": places.webhook(webhook)}})


@router.get(
    "/{webhook_id}/why/{event_number}",
    summary="Why did this webhook not get that event?",
    responses=answers(WhyJSON),
)
async def why(webhook_id: PathId, event_number: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        told = await queries.why(reader, actor, webhook_id, event_number, services.clock.now())
    return answer({"payload": {"code": told.code, "explanation": told.sentence, "delivery": told.delivery}})


class Rotation(Body):
    model_config = ConfigDict(extra="forbid")
    signature: Annotated[Signature | None, Blankable] = None
    overlap_hours: Annotated[float, Field(description="How long the old secret signs beside the new one")] = (
        24
    )


@router.post(
    "/{webhook_id}/rotate_secret",
    summary="Make a new secret; the old one signs beside it for a while",
    responses=answers(WrittenWebhookJSON),
)
async def rotate_secret(
    webhook_id: PathId, body: Rotation, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        webhook = await commands.rotate_secret(
            unit, actor, webhook_id, signature=body.signature, overlap_hours=body.overlap_hours
        )
    return answer({"payload": {"webhook": places.webhook(webhook)}})


class TestSend(Body):
    model_config = ConfigDict(extra="forbid")
    event: Annotated[EventName | None, Blankable] = None


@router.post(
    "/{webhook_id}/test", summary="Send a sample now, and see the answer", responses=answers(TestedJSON)
)
async def send_test(webhook_id: PathId, body: TestSend, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        webhook = await access.the_webhook(reader, actor, webhook_id)
    wanted = [name for name in EVENT_NAMES if name in webhook.subscriptions]
    event = wanted[0] if body.event is None else body.event
    made = await trial.send(services.client, webhook.target, event, services.clock.now())
    return answer({"payload": {"event": event, "attempt": places.attempt(made)}})


@router.post("/{webhook_id}/skip_backlog", summary="Let go of what waits; it can be replayed")
async def skip_backlog(webhook_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.skip_backlog(unit, actor, webhook_id)
    return empty()


@router.delete("/{webhook_id}", summary="Delete a webhook")
async def delete_webhook(webhook_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_webhook(unit, actor, webhook_id)
    return empty()


@router.get(
    "/{webhook_id}/deliveries",
    summary="The log of deliveries, newest first",
    responses=answers(DeliveriesJSON),
)
async def list_deliveries(
    webhook_id: PathId,
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
            reader, actor, webhook_id, state=state, event=event, before=before, limit=per_page
        )
    next_before = found[-1].delivery.number if len(found) == per_page else None
    return answer({"meta": {"next_before": next_before}, "payload": [places.delivery(one) for one in found]})


@router.get(
    "/{webhook_id}/deliveries/{number}", summary="One delivery's whole story", responses=answers(DeliveryJSON)
)
async def show_delivery(
    webhook_id: PathId, number: PathId, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        return answer(places.delivery_story(await queries.delivery(reader, actor, webhook_id, number)))
