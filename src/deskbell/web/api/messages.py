"""Messages of a conversation."""

from typing import Annotated, Any, NotRequired

from fastapi import Response
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk.commands import messages as commands
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.desk.queries import messages as queries
from deskbell.kit.clock import iso
from deskbell.model.message import MessageType
from deskbell.web import keeping
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Attributes, Body, Flag, NotFlag, OptionalText, PathId
from deskbell.web.deps import MessageId, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import people, talk
from deskbell.web.present.people import ContactJSON, SenderJSON
from deskbell.web.present.talk import MessageJSON
from deskbell.web.uploads import Attachments, multipart, takes

router = resource(f"{ACCOUNT}/conversations/{{conversation_id}}/messages", "Messages")


class MessagesMetaJSON(TypedDict):
    labels: list[str]
    additional_attributes: dict[str, Any]
    contact: ContactJSON
    assignee: NotRequired[SenderJSON]
    agent_last_seen_at: str | None
    assignee_last_seen_at: str | None


class MessagesJSON(TypedDict):
    meta: MessagesMetaJSON
    payload: list[MessageJSON]


def _message_type(value: Any) -> Any:
    """The reference's words and numbers for it; outgoing where nothing is said."""
    if value is None or value == "":
        return MessageType.OUTGOING
    if isinstance(value, str):
        return {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}.get(value, value)
    return value


class NewMessage(Body):
    content: OptionalText = None
    message_type: Annotated[MessageType, NotFlag, BeforeValidator(_message_type)] = MessageType.OUTGOING
    private: Flag = False
    content_type: OptionalText = "text"
    content_attributes: Attributes = None
    additional_attributes: Attributes = None
    source_id: OptionalText = None
    echo_id: OptionalText = None
    attachments: Attachments = []


@router.get("", summary="List messages", responses=answers(MessagesJSON))
async def list_messages(
    conversation_id: PathId,
    actor: TheActor,
    services: TheServices,
    before: MessageId = None,
    after: MessageId = None,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, conversation_id, before=before, after=after)
        view = (await conversation_queries.show(reader, actor, conversation_id)).view
    seen, assignee_seen = view.conversation.agent_last_seen_at, view.conversation.assignee_last_seen_at
    meta: MessagesMetaJSON = {
        "labels": view.conversation.labels,
        "additional_attributes": view.conversation.additional_attributes,
        "contact": people.contact(view.contact, services.online(actor.account_id)),
        "agent_last_seen_at": iso(seen) if seen else None,
        "assignee_last_seen_at": iso(assignee_seen) if assignee_seen else None,
    }
    if view.assignee is not None:
        meta["assignee"] = people.assigned_user(view.assignee, view.assignee_status)
    return answer({"meta": meta, "payload": [talk.message(one) for one in found]})


@router.post(
    "",
    summary="Write a message",
    responses=answers(MessageJSON),
    openapi_extra=multipart("attachments[]"),
)
@takes("attachments")
async def create_message(
    conversation_id: PathId, body: NewMessage, actor: TheActor, services: TheServices
) -> Response:
    draft = Draft(
        content=body.content,
        message_type=body.message_type,
        private=bool(body.private),
        content_type=body.content_type or "text",
        content_attributes=body.content_attributes or {},
        additional_attributes=body.additional_attributes or {},
        source_id=body.source_id,
        **await keeping.attachments(services, body.attachments, actor.account_id),
    )
    async with services.database.unit() as unit:
        view = await commands.create_message(unit, actor, conversation_id, draft)
    return answer(talk.message(view, body.echo_id))


@router.delete("/{message_id}", summary="Delete a message's content", responses=answers(MessageJSON))
async def delete_message(
    conversation_id: PathId, message_id: PathId, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        message = await commands.delete_message(unit, actor, conversation_id, message_id)
        view = await queries.show(unit, message.id)
    return answer(talk.message(view))
