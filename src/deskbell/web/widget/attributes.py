"""What the page says of its visitor and their conversation, through the widget's JavaScript API."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from deskbell.desk.commands import conversations as conversation_commands
from deskbell.desk.commands import own_conversations as commands
from deskbell.desk.commands.contacts import remove_own_attributes
from deskbell.desk.queries import conversations as queries
from deskbell.kit.errors import NotAllowed, NotFound
from deskbell.model.contact import ContactInbox
from deskbell.store.database import Reader
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, ObjectOrText
from deskbell.web.deps import TheServices
from deskbell.web.faces import WIDGET, resource
from deskbell.web.widget.deps import TheSession
from deskbell.web.widget.session import WidgetContactJSON, shown_contact

router = resource(WIDGET, "Widget API")

Names = Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=100)]


class ConversationAttributes(Body):
    custom_attributes: Annotated[dict[str, Any], ObjectOrText]


class ConversationAttributeNames(Body):
    custom_attribute: Names


class ContactAttributeNames(Body):
    custom_attributes: Names


class LabelBody(Body):
    label: str = Field(max_length=100)


async def _current(reader: Reader, place: ContactInbox) -> int:
    """The number of the visitor's conversation. Raises NotFound before there is one."""
    conversation = await queries.last_of_place(reader, place)
    if conversation is None:
        raise NotFound
    return conversation.number


@router.post("/conversations/set_custom_attributes", summary="Say more about the conversation")
async def set_custom_attributes(
    body: ConversationAttributes, session: TheSession, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        number = await _current(unit, place)
        await commands.set_own_attributes(unit, actor, place, number, body.custom_attributes)
    return empty()


@router.post("/conversations/destroy_custom_attributes", summary="Take attributes off the conversation")
async def destroy_custom_attributes(
    body: ConversationAttributeNames, session: TheSession, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        number = await _current(unit, place)
        await commands.remove_own_attributes(unit, actor, place, number, body.custom_attribute)
    return empty()


@router.post(
    "/contact/destroy_custom_attributes",
    summary="Take attributes off the visitor",
    responses=answers(WidgetContactJSON),
)
async def destroy_contact_attributes(
    body: ContactAttributeNames, session: TheSession, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        contact = await remove_own_attributes(unit, actor, place, body.custom_attributes)
    return answer(shown_contact(contact, place))


@router.post("/labels", summary="Label the conversation")
async def add_label(body: LabelBody, session: TheSession, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        await commands.add_own_label(unit, actor, place, await _current(unit, place), body.label)
    return empty()


@router.delete("/labels/{label}", summary="Take a label off the conversation")
async def remove_label(label: str, session: TheSession, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        await commands.remove_own_label(unit, actor, place, await _current(unit, place), label)
    return empty()


@router.post("/conversations/toggle_status", summary="End the conversation")
@router.get("/conversations/toggle_status", include_in_schema=False)
async def end_conversation(session: TheSession, services: TheServices) -> Response:
    """By GET too: existing clients of the reference end a conversation so."""
    if "end_conversation" not in session.inbox.settings.selected_feature_flags:
        raise NotAllowed("Visitors cannot end conversations in this inbox")
    async with services.database.unit() as unit:
        actor, _, place = await session.known_visitor(unit)
        await conversation_commands.resolve_own(unit, actor, place, await _current(unit, place))
    return empty()
