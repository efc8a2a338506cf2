"""Conversations."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import Query, Response
from msgspec.structs import replace
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries.conversations import Filter
from deskbell.kit.clock import SECOND
from deskbell.model.conversation import Priority, Status
from deskbell.web import keeping
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import (
    LARGEST,
    Attributes,
    Blankable,
    Body,
    Flag,
    ObjectOrText,
    OptionalId,
    OptionalText,
    OptionalTime,
    PathId,
)
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import talk
from deskbell.web.present.talk import ConversationJSON, CountsJSON
from deskbell.web.services import Services
from deskbell.web.uploads import Attachments, multipart, takes

router = resource(f"{ACCOUNT}/conversations", "Conversations")

PER_PAGE = 25
ListedStatus = Literal["open", "resolved", "pending", "snoozed", "all"]
AskedStatus = Annotated[
    ListedStatus | None,
    Query(description="`open` where nothing is said; every status where `q` is searched for"),
]
Kind = Literal["mention", "participating", "unattended"]


class ConversationsDataJSON(TypedDict):
    meta: CountsJSON
    payload: list[ConversationJSON]


class ConversationsJSON(TypedDict):
    data: ConversationsDataJSON


class MetaJSON(TypedDict):
    meta: CountsJSON


def _none_is_null(value: Any) -> Any:
    return None if value in ("", "none", "nil", "null") else value


GivenPriority = Annotated[Priority | None, BeforeValidator(_none_is_null)]
Labels = Annotated[list[str], Query(alias="labels[]", max_length=20)]
AskedId = Annotated[int | None, Query(ge=1, le=LARGEST)]
BareLabels = Annotated[list[str], Query(alias="labels", max_length=20, include_in_schema=False)]


class FirstMessage(Body):
    content: OptionalText = None
    content_type: OptionalText = None
    content_attributes: Attributes = None
    private: Flag = None
    attachments: Attachments = []


class NewConversationBody(Body):
    wrapper: ClassVar[str] = "conversation"
    inbox_id: OptionalId = None
    source_id: OptionalText = None
    contact_id: OptionalId = None
    status: Annotated[Status | None, Blankable] = None
    priority: GivenPriority = None
    assignee_id: OptionalId = None
    team_id: OptionalId = None
    snoozed_until: OptionalTime = None
    additional_attributes: Attributes = None
    custom_attributes: Attributes = None
    message: Annotated[FirstMessage | None, ObjectOrText] = None


class ConversationChanges(Body):
    wrapper: ClassVar[str] = "conversation"
    priority: GivenPriority = None
    custom_attributes: Attributes = None


async def shown(services: Services, actor: Actor, number: int) -> ConversationJSON:
    async with services.database.read() as reader:
        return talk.conversation(
            await queries.show(reader, actor, number), services.clock.now(), services.online(actor.account_id)
        )


_OLD_SORTS = {
    "latest": "last_activity_at_desc",
    "sort_on_created_at": "created_at_asc",
    "sort_on_priority": "priority_desc",
    "sort_on_waiting_since": "waiting_since_asc",
}
"""Names older clients of the reference use."""


def _sort(sort_by: str | None) -> str:
    """The reference's `last_activity_at_desc` as ours: `-last_activity_at`."""
    sort_by = sort_by or "latest"
    name, _, direction = _OLD_SORTS.get(sort_by, sort_by).rpartition("_")
    return f"-{name}" if direction == "desc" else name


async def _wanted(
    services: Services,
    actor: Actor,
    status: str | None,
    inbox_id: int | None,
    labels: list[str],
    text: str | None,
    source_id: str | None,
    kind: str | None,
) -> Filter:
    place = None
    if source_id is not None:
        async with services.database.read() as reader:
            place = await queries.source(reader, actor, source_id) or 0
    status = status or ("open" if text is None else "all")
    return Filter(
        account_id=actor.account_id,
        status=None if status == "all" else status,
        inbox_id=inbox_id,
        labels=[label.lower() for label in labels],
        text=text or None,
        contact_inbox_id=place,
        unattended=kind == "unattended",
        participant_id=actor.id if kind == "participating" else None,
        mentioned_id=actor.id if kind == "mention" else None,
    )


@router.get("", summary="List conversations, with counts", responses=answers(ConversationsJSON))
async def list_conversations(
    actor: TheActor,
    services: TheServices,
    assignee_type: Literal["me", "unassigned", "assigned", "all"] = "all",
    status: AskedStatus = None,
    inbox_id: AskedId = None,
    team_id: AskedId = None,
    labels: Labels = [],
    bare_labels: BareLabels = [],
    q: Annotated[str | None, Query(max_length=200)] = None,
    source_id: Annotated[str | None, Query(max_length=500)] = None,
    conversation_type: Kind | None = None,
    updated_within: Annotated[
        int | None, Query(ge=0, le=10**9, description="Only those that changed within so many seconds")
    ] = None,
    sort_by: str | None = None,
    page: PageNumber = 1,
    per_page: PageSize = PER_PAGE,
) -> Response:
    titles = [*labels, *bare_labels]
    wanted = await _wanted(services, actor, status, inbox_id, titles, q, source_id, conversation_type)
    async with services.database.read() as reader:
        found = await queries.page(
            reader,
            actor,
            replace(
                wanted,
                team_id=team_id,
                updated_since=None
                if updated_within is None
                else services.clock.now() - updated_within * SECOND,
            ),
            assignee=assignee_type,
            sort=_sort(sort_by),
            number=page,
            size=per_page,
        )
    now, online = services.clock.now(), services.online(actor.account_id)
    return answer(
        {
            "data": {
                "meta": found.counts,
                "payload": [talk.conversation(one, now, online) for one in found.conversations],
            }
        }
    )


@router.get("/meta", summary="Count conversations", responses=answers(MetaJSON))
async def count_conversations(
    actor: TheActor,
    services: TheServices,
    status: AskedStatus = None,
    inbox_id: AskedId = None,
    team_id: AskedId = None,
    labels: Labels = [],
    bare_labels: BareLabels = [],
    q: Annotated[str | None, Query(max_length=200)] = None,
    conversation_type: Kind | None = None,
) -> Response:
    titles = [*labels, *bare_labels]
    wanted = await _wanted(services, actor, status, inbox_id, titles, q, None, conversation_type)
    async with services.database.read() as reader:
        return answer({"meta": await queries.counts(reader, actor, replace(wanted, team_id=team_id))})


@router.post(
    "",
    summary="Begin a conversation, with or without a first message",
    responses=answers(ConversationJSON),
    openapi_extra=multipart("message[attachments][]"),
)
@takes("message[attachments]")
async def create_conversation(body: NewConversationBody, actor: TheActor, services: TheServices) -> Response:
    wanted = NewConversation(
        inbox_id=body.inbox_id,
        source_id=body.source_id,
        contact_id=body.contact_id,
        status=body.status,
        priority=body.priority,
        assignee_id=body.assignee_id,
        team_id=body.team_id or None,
        snoozed_until=None if body.snoozed_until is None else body.snoozed_until * SECOND,
        additional_attributes=body.additional_attributes or {},
        custom_attributes=body.custom_attributes or {},
    )
    draft = await _first_draft(services, actor, body.message)
    async with services.database.unit() as unit:
        conversation = await commands.create_conversation(unit, actor, wanted)
        if draft is not None:
            await message_commands.write(unit, actor, conversation, draft)
    return answer(await shown(services, actor, conversation.number))


async def _first_draft(services: Services, actor: Actor, message: FirstMessage | None) -> Draft | None:
    """What a conversation begins with; None where nothing is said."""
    if message is None or not ((message.content or "").strip() or message.attachments):
        return None
    return Draft(
        content=message.content,
        content_type=message.content_type or "text",
        content_attributes=message.content_attributes or {},
        private=bool(message.private),
        **await keeping.attachments(services, message.attachments, actor.account_id),
    )


@router.get("/{conversation_id}", summary="Show a conversation", responses=answers(ConversationJSON))
async def show_conversation(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    return answer(await shown(services, actor, conversation_id))


@updates(
    router,
    "/{conversation_id}",
    summary="Change a conversation",
    responses=answers(ConversationJSON),
)
async def update_conversation(
    conversation_id: PathId, body: ConversationChanges, actor: TheActor, services: TheServices
) -> Response:
    said = {name: value for name, value in body.said().items() if name == "priority" or value is not None}
    async with services.database.unit() as unit:
        await commands.update_conversation(unit, actor, conversation_id, **said)
    return answer(await shown(services, actor, conversation_id))
