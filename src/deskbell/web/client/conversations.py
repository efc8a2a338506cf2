"""The Client API's conversations and messages."""

from typing import Any

from fastapi import Response

from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries import messages as message_queries
from deskbell.model.message import MessageType
from deskbell.store.database import Reader
from deskbell.web import keeping
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Attributes, Body, OptionalText, PathId
from deskbell.web.client.deps import TheVisitor, Visitor
from deskbell.web.deps import MessageId, TheServices
from deskbell.web.faces import CLIENT, resource, updates
from deskbell.web.present import public
from deskbell.web.present.public import PublicConversationJSON, PublicMessageJSON
from deskbell.web.slices import TheSlice
from deskbell.web.uploads import Attachments, multipart, takes

router = resource(
    f"{CLIENT}/inboxes/{{inbox_identifier}}/contacts/{{contact_identifier}}/conversations", "Client API"
)


class ClientConversation(Body):
    custom_attributes: Attributes = None


class ClientMessage(Body):
    content: OptionalText = None
    echo_id: OptionalText = None
    attachments: Attachments = []


class ClientAnswers(Body):
    submitted_values: Any = None


async def _shown(reader: Reader, visitor: Visitor, number: int) -> PublicConversationJSON:
    view = await queries.own(reader, visitor.actor, visitor.place, number)
    messages = await message_queries.own(reader, visitor.actor, visitor.place, number)
    return public.conversation(view, messages, visitor.place)


@router.post("", summary="Begin a conversation", responses=answers(PublicConversationJSON))
async def create_conversation(
    body: ClientConversation, visitor: TheVisitor, services: TheServices
) -> Response:
    wanted = NewConversation(custom_attributes=body.custom_attributes or {})
    async with services.database.unit() as unit:
        conversation = await commands.begin(
            unit,
            visitor.actor,
            visitor.place,
            wanted,
            single=visitor.inbox.settings.lock_to_single_conversation,
        )
        shown = await _shown(unit, visitor, conversation.number)
    return answer(shown)


@router.get("", summary="List the contact's conversations", responses=answers(list[PublicConversationJSON]))
async def list_conversations(visitor: TheVisitor, services: TheServices, wanted: TheSlice) -> Response:
    number, size = wanted.bounds(queries.OF_PLACE)
    async with services.database.read() as reader:
        found, total = await queries.of_place(reader, visitor.actor, visitor.place, number=number, size=size)
        shown = [await _shown(reader, visitor, view.conversation.number) for view in found]
    return wanted.counted(answer(shown), total, queries.OF_PLACE)


@router.get("/{conversation_id}", summary="Show a conversation", responses=answers(PublicConversationJSON))
async def show_conversation(conversation_id: PathId, visitor: TheVisitor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(await _shown(reader, visitor, conversation_id))


@router.post(
    "/{conversation_id}/toggle_status",
    summary="Resolve a conversation",
    responses=answers(PublicConversationJSON),
)
async def resolve_conversation(
    conversation_id: PathId, visitor: TheVisitor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.resolve_own(unit, visitor.actor, visitor.place, conversation_id)
        shown = await _shown(unit, visitor, conversation_id)
    return answer(shown)


@router.post("/{conversation_id}/update_last_seen", summary="Mark as seen by the contact")
async def update_last_seen(conversation_id: PathId, visitor: TheVisitor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.mark_seen_by_contact(unit, visitor.actor, visitor.place, conversation_id)
    return empty()


@router.get(
    "/{conversation_id}/messages", summary="List messages", responses=answers(list[PublicMessageJSON])
)
async def list_messages(
    conversation_id: PathId,
    visitor: TheVisitor,
    services: TheServices,
    before: MessageId = None,
    after: MessageId = None,
) -> Response:
    async with services.database.read() as reader:
        found = await message_queries.own(
            reader, visitor.actor, visitor.place, conversation_id, before=before, after=after
        )
    return answer([public.message(one, visitor.place) for one in found])


@router.post(
    "/{conversation_id}/messages",
    summary="Write a message",
    responses=answers(PublicMessageJSON),
    openapi_extra=multipart("attachments[]"),
)
@takes("attachments")
async def create_message(
    conversation_id: PathId, body: ClientMessage, visitor: TheVisitor, services: TheServices
) -> Response:
    files = await keeping.attachments(services, body.attachments)
    draft = Draft(content=body.content, message_type=MessageType.INCOMING, **files)
    async with services.database.unit() as unit:
        view = await message_commands.write_own(unit, visitor.actor, visitor.place, conversation_id, draft)
    return answer(public.message(view, visitor.place, body.echo_id))


@updates(
    router,
    "/{conversation_id}/messages/{message_id}",
    summary="Answer a form in a message",
    responses=answers(PublicMessageJSON),
)
async def update_message(
    conversation_id: PathId,
    message_id: PathId,
    body: ClientAnswers,
    visitor: TheVisitor,
    services: TheServices,
) -> Response:
    async with services.database.unit() as unit:
        given = {"submitted_values": body.submitted_values}
        message = await message_commands.submit_values(
            unit, visitor.actor, visitor.place, conversation_id, message_id, given
        )
        view = await message_queries.show(unit, message.id)
    return answer(public.message(view, visitor.place))
