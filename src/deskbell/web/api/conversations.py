"""Conversations."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.messages import Draft
from deskbell.desk.queries import agents as agent_queries
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries.conversations import Filter
from deskbell.kit.clock import SECOND
from deskbell.model.conversation import Priority, Status
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Attributes, Blankable, Body, OptionalId, OptionalText, PathId
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.present import people, talk
from deskbell.web.present.people import AgentJSON
from deskbell.web.present.talk import ConversationJSON, CountsJSON
from deskbell.web.requests import LenientRoute
from deskbell.web.services import Services

router = APIRouter(
    prefix="/accounts/{account_id}/conversations", tags=["Conversations"], route_class=LenientRoute
)

PER_PAGE = 25
ListedStatus = Literal["open", "resolved", "pending", "snoozed", "all"]


class ConversationsDataJSON(TypedDict):
    meta: CountsJSON
    payload: list[ConversationJSON]


class ConversationsJSON(TypedDict):
    data: ConversationsDataJSON


class MetaJSON(TypedDict):
    meta: CountsJSON


class StatusJSON(TypedDict):
    success: bool
    conversation_id: int
    current_status: str
    snoozed_until: int | None


class ToggledJSON(TypedDict):
    meta: dict[str, Any]
    payload: StatusJSON


class LabelsJSON(TypedDict):
    payload: list[str]


class AttributesJSON(TypedDict):
    custom_attributes: dict[str, Any]


class FirstMessage(Body):
    content: OptionalText = None
    content_type: str = "text"
    content_attributes: Attributes = None
    private: bool = False


class NewConversationBody(Body):
    wrapper: ClassVar[str] = "conversation"
    inbox_id: OptionalId = None
    source_id: OptionalText = None
    contact_id: OptionalId = None
    status: Annotated[Status | None, Blankable] = None
    priority: Annotated[Priority | None, Blankable] = None
    assignee_id: OptionalId = None
    snoozed_until: OptionalId = None
    additional_attributes: Attributes = None
    custom_attributes: Attributes = None
    message: FirstMessage | None = None


class ConversationChanges(Body):
    wrapper: ClassVar[str] = "conversation"
    priority: Annotated[Priority | None, Blankable] = None
    custom_attributes: Attributes = None


class StatusBody(Body):
    status: Annotated[Status | None, Blankable] = None
    snoozed_until: OptionalId = None


def _none_is_null(value: Any) -> Any:
    return None if value in ("", "none", "nil", "null") else value


class PriorityBody(Body):
    priority: Annotated[Priority | None, BeforeValidator(_none_is_null)] = None


class AssignmentBody(Body):
    assignee_id: OptionalId = None
    assignee_type: Literal["User", "AgentBot"] | None = None


class LabelsBody(Body):
    labels: list[str]


class AttributesBody(Body):
    custom_attributes: dict[str, Any]


async def _shown(services: Services, actor: Actor, number: int) -> ConversationJSON:
    async with services.database.read() as reader:
        return talk.conversation(await queries.show(reader, actor, number), services.clock.now())


def _sort(sort_by: str | None) -> str:
    """The reference's `last_activity_at_desc` as ours: `-last_activity_at`."""
    if not sort_by or sort_by == "latest":
        return "-last_activity_at"
    name, _, direction = sort_by.rpartition("_")
    return f"-{name}" if direction == "desc" else name


async def _wanted(
    services: Services,
    actor: Actor,
    status: str,
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
    return Filter(
        account_id=actor.account_id,
        status=None if status == "all" else status,
        inbox_id=inbox_id,
        labels=[label.lower() for label in labels],
        text=text or None,
        contact_inbox_id=place,
        unattended=kind == "unattended",
    )


@router.get("", summary="List conversations, with counts", responses=answers(ConversationsJSON))
async def list_conversations(
    actor: TheActor,
    services: TheServices,
    assignee_type: Literal["me", "unassigned", "assigned", "all"] = "all",
    status: ListedStatus = "open",
    inbox_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    labels: Annotated[list[str], Query(alias="labels[]", max_length=20)] = [],
    q: Annotated[str | None, Query(max_length=200)] = None,
    source_id: Annotated[str | None, Query(max_length=500)] = None,
    conversation_type: Literal["mention", "participating", "unattended"] | None = None,
    sort_by: str | None = None,
    page: PageNumber = 1,
    per_page: PageSize = PER_PAGE,
) -> Response:
    wanted = await _wanted(services, actor, status, inbox_id, labels, q, source_id, conversation_type)
    async with services.database.read() as reader:
        found = await queries.page(
            reader, actor, wanted, assignee=assignee_type, sort=_sort(sort_by), number=page, size=per_page
        )
    now = services.clock.now()
    return answer(
        {
            "data": {
                "meta": found.counts,
                "payload": [talk.conversation(one, now) for one in found.conversations],
            }
        }
    )


@router.get("/meta", summary="Count conversations", responses=answers(MetaJSON))
async def count_conversations(
    actor: TheActor,
    services: TheServices,
    status: ListedStatus = "open",
    inbox_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    labels: Annotated[list[str], Query(alias="labels[]", max_length=20)] = [],
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    wanted = await _wanted(services, actor, status, inbox_id, labels, q, None, None)
    async with services.database.read() as reader:
        return answer({"meta": await queries.counts(reader, actor, wanted)})


@router.post(
    "", summary="Begin a conversation, with or without a first message", responses=answers(ConversationJSON)
)
async def create_conversation(body: NewConversationBody, actor: TheActor, services: TheServices) -> Response:
    wanted = NewConversation(
        inbox_id=body.inbox_id,
        source_id=body.source_id,
        contact_id=body.contact_id,
        status=body.status,
        priority=body.priority,
        assignee_id=body.assignee_id,
        snoozed_until=None if body.snoozed_until is None else body.snoozed_until * SECOND,
        additional_attributes=body.additional_attributes or {},
        custom_attributes=body.custom_attributes or {},
    )
    async with services.database.unit() as unit:
        conversation = await commands.create_conversation(unit, actor, wanted)
        if body.message is not None and (body.message.content or "").strip():
            draft = Draft(
                content=body.message.content,
                content_type=body.message.content_type,
                content_attributes=body.message.content_attributes or {},
                private=body.message.private,
            )
            await message_commands.write(unit, actor, conversation, draft)
    return answer(await _shown(services, actor, conversation.number))


@router.get("/{conversation_id}", summary="Show a conversation", responses=answers(ConversationJSON))
async def show_conversation(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    return answer(await _shown(services, actor, conversation_id))


@router.api_route(
    "/{conversation_id}",
    methods=["PATCH", "PUT"],
    summary="Change a conversation",
    responses=answers(ConversationJSON),
)
async def update_conversation(
    conversation_id: PathId, body: ConversationChanges, actor: TheActor, services: TheServices
) -> Response:
    said = {name: value for name, value in body.said().items() if name == "priority" or value is not None}
    async with services.database.unit() as unit:
        await commands.update_conversation(unit, actor, conversation_id, **said)
    return answer(await _shown(services, actor, conversation_id))


@router.post(
    "/{conversation_id}/toggle_status", summary="Set or toggle the status", responses=answers(ToggledJSON)
)
async def toggle_status(
    conversation_id: PathId, body: StatusBody, actor: TheActor, services: TheServices
) -> Response:
    until = None if body.snoozed_until is None else body.snoozed_until * SECOND
    async with services.database.unit() as unit:
        conversation = await commands.set_status(unit, actor, conversation_id, body.status, until)
    payload = {
        "success": True,
        "conversation_id": conversation.number,
        "current_status": conversation.status,
        "snoozed_until": conversation.snoozed_until // SECOND if conversation.snoozed_until else None,
    }
    return answer({"meta": {}, "payload": payload})


@router.post("/{conversation_id}/toggle_priority", summary="Set the priority")
async def toggle_priority(
    conversation_id: PathId, body: PriorityBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.set_priority(unit, actor, conversation_id, body.priority)
    return empty()


@router.post(
    "/{conversation_id}/assignments", summary="Assign an agent or a bot", responses=answers(AgentJSON | None)
)
async def assign(
    conversation_id: PathId, body: AssignmentBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        if body.assignee_type == "AgentBot" and body.assignee_id:
            await commands.assign_bot(unit, actor, conversation_id, body.assignee_id)
            return answer({"id": body.assignee_id, "type": "agent_bot"})
        conversation = await commands.assign_user(unit, actor, conversation_id, body.assignee_id or None)
        if conversation.assignee_id is None:
            return answer(None)
        return answer(people.agent(await agent_queries.agent(unit, actor, conversation.assignee_id)))


@router.get("/{conversation_id}/labels", summary="List the labels", responses=answers(LabelsJSON))
async def list_labels(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer({"payload": (await access.the_conversation(reader, actor, conversation_id)).labels})


@router.post("/{conversation_id}/labels", summary="Replace the labels", responses=answers(LabelsJSON))
async def set_labels(
    conversation_id: PathId, body: LabelsBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        conversation = await commands.set_labels(unit, actor, conversation_id, body.labels)
    return answer({"payload": conversation.labels})


@router.post(
    "/{conversation_id}/custom_attributes",
    summary="Replace the custom attributes",
    responses=answers(AttributesJSON),
)
async def set_custom_attributes(
    conversation_id: PathId, body: AttributesBody, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        conversation = await commands.set_custom_attributes(
            unit, actor, conversation_id, body.custom_attributes
        )
    return answer({"custom_attributes": conversation.custom_attributes})


@router.post(
    "/{conversation_id}/update_last_seen",
    summary="Mark as seen by the team",
    responses=answers(ConversationJSON),
)
async def update_last_seen(conversation_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.mark_seen(unit, actor, conversation_id)
    return answer(await _shown(services, actor, conversation_id))
