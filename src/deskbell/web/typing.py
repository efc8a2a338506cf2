"""Who types, on all three faces: told as it happens (`/cable`), kept nowhere, and no event."""

from typing import Literal

from fastapi import Response

from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries import scenes
from deskbell.desk.queries.scenes import Speech
from deskbell.realtime.ephemeral import Typing, Typist
from deskbell.web.answers import empty
from deskbell.web.bodies import Body, Flag, PathId
from deskbell.web.client.deps import TheVisitor
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, CLIENT, WIDGET, resource
from deskbell.web.services import Services
from deskbell.web.widget.deps import TheSession

router = resource(f"{ACCOUNT}/conversations", "Conversations")
client_router = resource(
    f"{CLIENT}/inboxes/{{inbox_identifier}}/contacts/{{contact_identifier}}/conversations", "Client API"
)
widget_router = resource(WIDGET, "Widget API")


class VisitorTyping(Body):
    typing_status: Literal["on", "off"]


class TeamTyping(VisitorTyping):
    is_private: Flag = None


def tell(services: Services, speech: Speech, *, on: bool, private: bool = False) -> None:
    """Tell those whom it concerns that somebody types, or does no more."""
    speaker = speech.speaker
    services.live.typing(
        Typing(
            scene=speech.scene,
            conversation_number=speech.conversation_number,
            typist=Typist(
                type=speaker.type,
                id=speaker.id,
                name=speaker.name,
                shown_as=speaker.display_name or speaker.name,
                avatar_url=speaker.avatar_url,
            ),
            on=on,
            private=private,
        )
    )


@router.post("/{conversation_id}/toggle_typing_status", summary="Say that one types, or does no more")
async def toggle_typing_status(
    conversation_id: PathId, body: TeamTyping, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        speech = await scenes.by_team(reader, actor, conversation_id)
    tell(services, speech, on=body.typing_status == "on", private=bool(body.is_private))
    return empty()


@client_router.post("/{conversation_id}/toggle_typing", summary="Say that the contact types, or does no more")
async def toggle_typing(
    conversation_id: PathId, body: VisitorTyping, visitor: TheVisitor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        speech = await scenes.by_contact(reader, visitor.actor, visitor.place, conversation_id)
    tell(services, speech, on=body.typing_status == "on")
    return empty()


@widget_router.post("/conversations/toggle_typing", summary="Say that the visitor types, or does no more")
async def toggle_widget_typing(body: VisitorTyping, session: TheSession, services: TheServices) -> Response:
    """Without a conversation yet there is nobody to tell."""
    async with services.database.read() as reader:
        known = await session.known(reader)
        current = await queries.last_of_place(reader, known[2]) if known else None
        if known is None or current is None:
            return empty()
        speech = await scenes.by_contact(reader, known[0], known[2], current.number)
    tell(services, speech, on=body.typing_status == "on")
    return empty()
