"""The visitor's conversation and messages."""

from typing import Any

from fastapi import Request, Response
from msgspec import UNSET
from msgspec.structs import replace
from pydantic import model_validator
from typing_extensions import TypedDict, override

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
from deskbell.model.conversation import Conversation
from deskbell.model.message import MessageType
from deskbell.store.database import Unit
from deskbell.web import keeping
from deskbell.web.answers import answer, answers, empty
from deskbell.web.api.contacts import ContactFields
from deskbell.web.bodies import Attributes, Body, OptionalText, PathId
from deskbell.web.deps import MessageId, TheServices
from deskbell.web.faces import WIDGET, resource, updates
from deskbell.web.present import visitor
from deskbell.web.present.visitor import VisitorConversationJSON, VisitorMessageJSON
from deskbell.web.services import Services
from deskbell.web.uploads import Attachments, multipart, takes
from deskbell.web.widget.browser import browser, language, page_url
from deskbell.web.widget.deps import Session, TheSession, acting
from deskbell.web.widget.patience import may_begin, may_write

router = resource(WIDGET, "Widget API")


class WidgetMessagesJSON(TypedDict):
    payload: list[VisitorMessageJSON]


class WidgetMessage(Body):
    content: OptionalText = None
    echo_id: OptionalText = None
    referer_url: OptionalText = None
    attachments: Attachments = []


class MessageBody(Body):
    """A message; its files stand in it, or beside it, where they may be all there is."""

    message: WidgetMessage
    attachments: Attachments = []

    @model_validator(mode="before")
    @classmethod
    def _files_alone_are_a_message(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("attachments") and "message" not in value:
            return {**value, "message": {}}
        return value

    async def draft(self, services: Services) -> Draft:
        files = await keeping.attachments(services, [*self.message.attachments, *self.attachments])
        return Draft(content=self.message.content, message_type=MessageType.INCOMING, **files)


class WidgetContact(ContactFields):
    """What a form asks of a visitor. Who they are in the site's own books is `set_user`'s business."""

    @override
    def own_changes(self) -> ContactChanges:
        return replace(super().own_changes(), identifier=UNSET)


class ConversationBody(MessageBody):
    contact: WidgetContact | None = None
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
    unit: Unit, request: Request, session: Session, draft: Draft, told: WidgetMessage
) -> VisitorMessageJSON:
    """Write into the visitor's conversation, begun now if there is none, or if it is resolved and does not go on."""
    actor, contact, place = await session.visitor(unit)
    current = await queries.last_of_place(unit, place)
    settings = session.inbox.settings
    # Whoever is blocked would begin resolved conversations without end.
    goes_on = (
        settings.allow_messages_after_resolved or settings.lock_to_single_conversation or contact.blocked
    )
    if current is not None and (goes_on or current.status != "resolved"):
        view = await message_commands.write_own(unit, actor, place, current.number, draft)
        return visitor.message(view, place, told.echo_id)
    may_begin(request, session)
    wanted = NewConversation(additional_attributes=_told_by_browser(request, unit.now, told.referer_url))
    conversation = await commands.begin(unit, actor, place, wanted)
    view = await message_commands.write(unit, actor, conversation, draft)
    return visitor.message(view, place, told.echo_id)


class NothingYetJSON(TypedDict):
    """No field: there is no conversation."""


@router.get(
    "/conversations",
    summary="The visitor's conversation; {} before there is one",
    responses=answers(VisitorConversationJSON | NothingYetJSON),
)
async def show_conversation(session: TheSession, services: TheServices) -> Response:
    async with services.database.read() as reader:
        known = await session.known(reader)
        current = await queries.last_of_place(reader, known[2]) if known else None
        if known is None or current is None:
            return answer({})
        view = await queries.own(reader, known[0], known[2], current.number)
        messages = await message_queries.own(reader, known[0], known[2], current.number)
    return answer(visitor.conversation(view, messages, known[2]))


@router.post(
    "/conversations",
    summary="Begin a conversation with its first message",
    responses=answers(VisitorConversationJSON),
    openapi_extra=multipart("message[attachments][]"),
)
@takes("attachments", "message[attachments]")
async def create_conversation(
    body: ConversationBody, request: Request, session: TheSession, services: TheServices
) -> Response:
    may_write(request, session)
    may_begin(request, session)
    draft = await body.draft(services)
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
        conversation = await commands.begin(
            unit, actor, place, wanted, single=session.inbox.settings.lock_to_single_conversation
        )
        await message_commands.write(unit, actor, conversation, draft)
        view = await queries.own(unit, actor, place, conversation.number)
        messages = await message_queries.own(unit, actor, place, conversation.number)
    return answer(visitor.conversation(view, messages, place))


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
    return answer({"payload": [visitor.message(one, known[2]) for one in found]})


@router.post(
    "/messages",
    summary="Write a message",
    responses=answers(VisitorMessageJSON),
    openapi_extra=multipart("message[attachments][]"),
)
@takes("attachments", "message[attachments]")
async def create_message(
    body: MessageBody, request: Request, session: TheSession, services: TheServices
) -> Response:
    may_write(request, session)
    draft = await body.draft(services)
    async with services.database.unit() as unit:
        shown = await _write(unit, request, session, draft, body.message)
    return answer(shown)


@updates(
    router,
    "/messages/{message_id}",
    summary="Answer a form in a message",
    responses=answers(VisitorMessageJSON),
)
async def update_message(
    message_id: PathId, body: AnswerBody, request: Request, session: TheSession, services: TheServices
) -> Response:
    may_write(request, session)
    given = body.message.said() if body.message else {}
    async with services.database.unit() as unit:
        actor, _, place = await session.visitor(unit)
        current = await queries.last_of_place(unit, place)
        if current is None:
            raise NotFound
        known = body.contact or WidgetContact()
        if not known.email and given.get("submitted_email"):
            known = WidgetContact(email=given["submitted_email"])
        if known.email:
            given["submitted_email"] = known.email
        message = await message_commands.submit_values(unit, actor, place, current.number, message_id, given)
        if known.email:  # after the conversation, as everybody takes them in this order
            _, place = await contact_commands.identify(
                unit, session.inbox, place, known.own_changes(), verified=False
            )
        view = await message_queries.show(unit, message.id)
    return answer(visitor.message(view, place))
