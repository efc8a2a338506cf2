"""The visitor's conversation and messages."""

from typing import Any

from fastapi import Request, Response
from msgspec import UNSET
from msgspec.structs import replace
from typing_extensions import TypedDict, override

from deskbell.desk.actor import Actor
from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries import messages as message_queries
from deskbell.kit.clock import iso
from deskbell.kit.errors import NotFound
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.message import MessageType, MessageView
from deskbell.store.database import Unit
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.contacts import ContactFields
from deskbell.web.bodies import Attributes, Body, OptionalText, PathId
from deskbell.web.deps import MessageId, TheServices
from deskbell.web.faces import WIDGET, resource, updates
from deskbell.web.present import public
from deskbell.web.present.public import PublicConversationJSON, PublicMessageJSON
from deskbell.web.widget.browser import browser, language, page_url
from deskbell.web.widget.deps import TheSession, acting

router = resource(WIDGET, "Widget API")


class WidgetMessagesJSON(TypedDict):
    payload: list[PublicMessageJSON]


class WidgetMessage(Body):
    content: OptionalText = None
    echo_id: OptionalText = None
    referer_url: OptionalText = None


class MessageBody(Body):
    message: WidgetMessage


class WidgetContact(ContactFields):
    """What a form asks of a visitor. Who they are in the site's own books is `set_user`'s business."""

    @override
    def own_changes(self) -> ContactChanges:
        return replace(super().own_changes(), identifier=UNSET)


class ConversationBody(Body):
    contact: WidgetContact | None = None
    message: WidgetMessage
    custom_attributes: Attributes = None


class AnswerFields(Body):
    submitted_values: Any = None
    submitted_email: OptionalText = None


class AnswerBody(Body):
    message: AnswerFields | None = None
    contact: WidgetContact | None = None


def _told_by_browser(request: Request, now: int, referer: str | None) -> dict[str, Any]:
    """A widget conversation's additional_attributes (contract/semantics.md)."""
    return {
        "browser": browser(request),
        "browser_language": language(request),
        "referer": page_url(referer) or page_url(request.headers.get("referer")),
        "initiated_at": {"timestamp": iso(now)},
    }


async def _write(
    unit: Unit,
    actor: Actor,
    place: ContactInbox,
    message: WidgetMessage,
    wanted: NewConversation,
) -> MessageView:
    """Write into the visitor's conversation, begun now if there is none."""
    draft = Draft(content=message.content, message_type=MessageType.INCOMING)
    current = await queries.last_of_place(unit, place)
    if current is not None:
        return await message_commands.write_own(unit, actor, place, current.number, draft)
    conversation = await commands.begin(unit, actor, place, wanted)
    return await message_commands.write(unit, actor, conversation, draft)


@router.get(
    "/conversations",
    summary="The visitor's conversation; {} before there is one",
    responses=answers(PublicConversationJSON),
)
async def show_conversation(session: TheSession, services: TheServices) -> Response:
    async with services.database.read() as reader:
        known = await session.known(reader)
        current = await queries.last_of_place(reader, known[2]) if known else None
        if known is None or current is None:
            return answer({})
        view = await queries.own(reader, known[0], known[2], current.number)
        return answer(
            public.conversation(view, await message_queries.own(reader, known[0], known[2], current.number))
        )


@router.post(
    "/conversations",
    summary="Begin a conversation with its first message",
    responses=answers(PublicConversationJSON),
)
async def create_conversation(
    body: ConversationBody, request: Request, session: TheSession, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.visitor(unit)
        if body.contact is not None:
            contact, place = await contact_commands.identify(
                unit, session.inbox, place, body.contact.own_changes(), verified=False
            )
            actor = acting(contact)
        wanted = NewConversation(
            additional_attributes=_told_by_browser(request, unit.now, body.message.referer_url),
            custom_attributes=body.custom_attributes or {},
        )
        conversation = await commands.begin(unit, actor, place, wanted)
        await message_commands.write(
            unit, actor, conversation, Draft(content=body.message.content, message_type=MessageType.INCOMING)
        )
        view = await queries.own(unit, actor, place, conversation.number)
        shown = public.conversation(view, await message_queries.own(unit, actor, place, conversation.number))
    return answer(shown)


@router.post("/conversations/update_last_seen", summary="The visitor has read the conversation")
async def update_last_seen(session: TheSession, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        known = await session.known(unit)
        current: Conversation | None = await queries.last_of_place(unit, known[2]) if known else None
        if known is not None and current is not None:
            await commands.mark_seen_by_contact(unit, known[0], known[2], current.number)
    return empty()


@router.get("/messages", summary="The visitor's messages", responses=answers(WidgetMessagesJSON))
async def list_messages(
    session: TheSession, services: TheServices, before: MessageId = None, after: MessageId = None
) -> Response:
    async with services.database.read() as reader:
        known = await session.known(reader)
        current = await queries.last_of_place(reader, known[2]) if known else None
        if known is None or current is None:
            return answer({"payload": []})
        found = await message_queries.own(
            reader, known[0], known[2], current.number, before=before, after=after
        )
    return answer({"payload": [public.message(one) for one in found]})


@router.post("/messages", summary="Write a message", responses=answers(PublicMessageJSON))
async def create_message(
    body: MessageBody, request: Request, session: TheSession, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.visitor(unit)
        wanted = NewConversation(
            additional_attributes=_told_by_browser(request, unit.now, body.message.referer_url)
        )
        view = await _write(unit, actor, place, body.message, wanted)
    return answer(public.message(view, body.message.echo_id))


@updates(
    router,
    "/messages/{message_id}",
    summary="Answer a form in a message",
    responses=answers(PublicMessageJSON),
)
async def update_message(
    message_id: PathId, body: AnswerBody, session: TheSession, services: TheServices
) -> Response:
    given = body.message.said() if body.message else {}
    async with services.database.unit() as unit:
        actor, _, place = await session.visitor(unit)
        current = await queries.last_of_place(unit, place)
        if current is None:
            raise NotFound
        email = body.contact.email if body.contact is not None else None
        if email:
            given["submitted_email"] = email
        message = await message_commands.submit_values(unit, actor, place, current.number, message_id, given)
        if (
            body.contact is not None and email
        ):  # after the conversation, as everybody takes them in this order
            await contact_commands.identify(
                unit, session.inbox, place, body.contact.own_changes(), verified=False
            )
        view = await message_queries.show(unit, message.id)
    return answer(public.message(view))
