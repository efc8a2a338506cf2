"""Inboxes, and who works in them."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import Response
from msgspec import UNSET, UnsetType
from pydantic import Field
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.targets import TERMS
from deskbell.desk.queries import agents as agent_queries
from deskbell.desk.queries import inboxes as queries
from deskbell.model.inbox import Channel
from deskbell.model.webhook import Address
from deskbell.web import keeping
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.targets import NULLABLE_TERMS, Rotation, TargetFields
from deskbell.web.bodies import Attributes, Blankable, Body, Flag, Id, ObjectOrText, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people, places
from deskbell.web.present.people import AgentJSON
from deskbell.web.present.places import InboxJSON
from deskbell.web.services import Services
from deskbell.web.slices import TheSlice
from deskbell.web.uploads import multipart, takes
from deskbell.web.vetting import vet

router = resource(f"{ACCOUNT}/inboxes", "Inboxes")
members_router = resource(f"{ACCOUNT}/inbox_members", "Inboxes")

CHANNELS: dict[str, Channel] = {"web_widget": "Channel::WebWidget", "api": "Channel::Api"}


class InboxesJSON(TypedDict):
    payload: list[InboxJSON]


class MembersJSON(TypedDict):
    payload: list[AgentJSON]


class ChannelFields(TargetFields):
    """What belongs to the channel: a website's widget, or an API inbox and how its webhook_url is delivered to."""

    type: Annotated[Literal["web_widget", "api"] | None, Blankable] = None
    website_url: OptionalText = None
    widget_color: OptionalText = None
    welcome_title: OptionalText = None
    welcome_tagline: OptionalText = None
    reply_time: Annotated[Literal["in_a_few_minutes", "in_a_few_hours", "in_a_day"] | None, Blankable] = None
    allowed_domains: OptionalText = None
    pre_chat_form_enabled: Flag = None
    pre_chat_form_options: Attributes = None
    selected_feature_flags: list[str] | None = None
    continuity_via_email: Flag = None
    hmac_mandatory: Flag = None
    webhook_url: OptionalText = None
    additional_attributes: Attributes = None


class InboxFields(TargetFields):
    """An inbox. What concerns its webhook_url may stand here, as answers show it, or with the channel."""

    wrapper: ClassVar[str] = "inbox"
    name: OptionalText = None
    avatar_url: OptionalText = None
    avatar: Any = None
    greeting_enabled: Flag = None
    greeting_message: OptionalText = None
    enable_email_collect: Flag = None
    csat_survey_enabled: Flag = None
    csat_config: Attributes = None
    enable_auto_assignment: Flag = None
    auto_assignment_config: Attributes = None
    working_hours_enabled: Flag = None
    working_hours: Annotated[list[dict[str, Any]] | None, ObjectOrText] = None
    out_of_office_message: OptionalText = None
    timezone: Annotated[OptionalText, Blankable] = None
    allow_messages_after_resolved: Flag = None
    lock_to_single_conversation: Flag = None
    sender_name_type: Annotated[Literal["friendly", "professional"] | None, Blankable] = None
    business_name: OptionalText = None
    webhook_url: OptionalText = None
    channel: Annotated[ChannelFields | None, ObjectOrText] = None


class Members(Body):
    inbox_id: Id
    user_ids: Annotated[list[Id], Field(max_length=1000)]


_NULLABLE = {
    "greeting_message",
    "out_of_office_message",
    "business_name",
    "website_url",
    "welcome_title",
    "welcome_tagline",
    *NULLABLE_TERMS,
}
_KNOWN = ("name", "avatar_url", "hmac_mandatory", *TERMS)


async def _changes(body: InboxFields, services: Services) -> InboxChanges:
    said = body.said() | (body.channel.said() if body.channel else {})
    webhook: Address | UnsetType | None = UNSET
    refused: dict[str, str] = {}
    if "webhook_url" in said:
        webhook = await vet(services, said["webhook_url"], "webhook_url", refused)
    said.pop("avatar", None)
    settings: dict[str, Any] = {
        name: value for name, value in said.items() if value is not None or name in _NULLABLE
    }
    known: dict[str, Any] = {name: settings.pop(name) for name in _KNOWN if name in settings}
    known |= await keeping.avatar_changes(services, body.avatar)
    return InboxChanges(**known, webhook=webhook, settings=settings, refused=refused)


class DeletedJSON(TypedDict):
    message: str


@router.get("", summary="List inboxes", responses=answers(InboxesJSON))
async def list_inboxes(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.visible(reader, actor)
    return wanted.answer(
        found,
        lambda one: places.inbox(one, services.public_url, with_secrets=actor.is_administrator),
        lambda shown: {"payload": shown},
    )


@router.post("", summary="Create an inbox", responses=answers(InboxJSON), openapi_extra=multipart("avatar"))
@takes("avatar", "inbox[avatar]")
async def create_inbox(body: InboxFields, actor: TheActor, services: TheServices) -> Response:
    access.require_administrator(actor)
    channel = CHANNELS[body.channel.type] if body.channel and body.channel.type else None
    changes = await _changes(body, services)
    async with services.database.unit() as unit:
        made = await commands.create_inbox(unit, actor, channel, changes)
        view = await queries.show(unit, actor, made.id)
    return answer(places.inbox(view, services.public_url, with_secrets=True))


@router.get("/{inbox_id}", summary="Show an inbox", responses=answers(InboxJSON))
async def show_inbox(inbox_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        view = await queries.show(reader, actor, inbox_id)
    return answer(places.inbox(view, services.public_url, with_secrets=actor.is_administrator))


@updates(
    router,
    "/{inbox_id}",
    summary="Change an inbox",
    responses=answers(InboxJSON),
    openapi_extra=multipart("avatar"),
)
@takes("avatar", "inbox[avatar]")
async def update_inbox(
    inbox_id: PathId, body: InboxFields, actor: TheActor, services: TheServices
) -> Response:
    access.require_administrator(actor)
    changes = await _changes(body, services)
    async with services.database.unit() as unit:
        await commands.update_inbox(unit, actor, inbox_id, changes)
        view = await queries.show(unit, actor, inbox_id)
    return answer(places.inbox(view, services.public_url, with_secrets=True))


@router.delete("/{inbox_id}/avatar", summary="Take an inbox's avatar away")
async def delete_inbox_avatar(inbox_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.update_inbox(unit, actor, inbox_id, InboxChanges(avatar_url=""))
    return empty()


@router.post(
    "/{inbox_id}/rotate_secret",
    summary="Make a new secret; the old one signs beside it for a while",
    responses=answers(InboxJSON),
)
async def rotate_secret(inbox_id: PathId, body: Rotation, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await target_commands.rotate_secret(
            unit,
            actor,
            inbox_id,
            signature=body.signature,
            overlap_hours=body.overlap_hours,
            kind="api_inbox",
        )
        view = await queries.show(unit, actor, inbox_id)
    return answer(places.inbox(view, services.public_url, with_secrets=True))


@router.delete("/{inbox_id}", summary="Delete an inbox and its conversations", responses=answers(DeletedJSON))
async def delete_inbox(inbox_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_inbox(unit, actor, inbox_id)
    return answer({"message": "The inbox was deleted."})


@members_router.get("/{inbox_id}", summary="List who works in an inbox", responses=answers(MembersJSON))
async def list_members(
    inbox_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice
) -> Response:
    async with services.database.read() as reader:
        found = await agent_queries.members(reader, actor, inbox_id)
    return wanted.answer(found, people.agent, lambda shown: {"payload": shown})


@members_router.post("", summary="Let agents work in an inbox", responses=answers(MembersJSON))
async def add_members(body: Members, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        members = await commands.add_members(unit, actor, body.inbox_id, body.user_ids)
    return answer({"payload": [people.agent(one) for one in members]})


@updates(members_router, "", summary="Replace who works in an inbox", responses=answers(MembersJSON))
async def replace_members(body: Members, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        members = await commands.replace_members(unit, actor, body.inbox_id, body.user_ids)
    return answer({"payload": [people.agent(one) for one in members]})


@members_router.delete("", summary="Take agents out of an inbox")
async def remove_members(body: Members, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.remove_members(unit, actor, body.inbox_id, body.user_ids)
    return empty()
