"""Webhooks."""

from typing import Annotated, Any, ClassVar

from fastapi import Response
from msgspec import UNSET
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.commands import webhooks as commands
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import webhooks as queries
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.targets import NULLABLE_TERMS, Rotation, TargetFields
from deskbell.web.bodies import Flag, Id, OptionalId, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import places
from deskbell.web.present.places import WebhookJSON
from deskbell.web.services import Services
from deskbell.web.slices import TheSlice
from deskbell.web.vetting import vet

router = resource(f"{ACCOUNT}/webhooks", "Webhooks")

NULLABLE = frozenset({"name", *NULLABLE_TERMS})
"""What null has a meaning for: no name, and the settings' terms."""


class OneWebhookJSON(TypedDict):
    webhook: WebhookJSON


class WrittenWebhookJSON(TypedDict):
    payload: OneWebhookJSON


class WebhookListJSON(TypedDict):
    webhooks: list[WebhookJSON]


class WebhooksJSON(TypedDict):
    payload: WebhookListJSON


class WebhookFields(TargetFields):
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
async def list_webhooks(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_webhooks(reader, actor)
    return wanted.answer(found, places.webhook, lambda shown: {"payload": {"webhooks": shown}})


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


@router.delete("/{webhook_id}", summary="Delete a webhook")
async def delete_webhook(webhook_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_webhook(unit, actor, webhook_id)
    return empty()
