"""What the palette finds on the server: conversations, by their number and by whom they are with, and contacts."""

from typing import Annotated

from fastapi import Query, Request, Response
from msgspec import Struct

from deskbell.desk.queries import search
from deskbell.desk.queries.conversations import Listed
from deskbell.model.contact import Contact
from deskbell.web.dashboard.deps import TheDesk
from deskbell.web.dashboard.rendering import render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.present import markdown

router = screen(f"{ACCOUNT}/palette")

MOST = 6


class Option(Struct, frozen=True):
    """One of what was found, and where it leads."""

    id: int
    name: str
    about: str
    path: str


@router.get("")
async def find(request: Request, desk: TheDesk, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What fits what was typed; where nothing was, the conversations in which something happened last."""
    wanted = q.strip()
    people: list[Contact] = []
    async with desk.services.database.read() as reader:
        if wanted:
            found = await search.quick_conversations(reader, desk.actor, wanted.removeprefix("#"), MOST)
            people = await search.find_contacts(reader, desk.actor, wanted, 1)
        else:
            found = await search.recent_conversations(reader, desk.actor, MOST)
    groups = [
        (
            "Conversations" if wanted else "Recent conversations",
            "conversations",
            [_conversation(one) for one in found[:MOST]],
        ),
        ("Contacts", "contacts", [_contact(one) for one in people[:MOST]]),
    ]
    return render(desk, request, "palette_found.html", groups=groups)


def _conversation(one: Listed) -> Option:
    conversation = one.view.conversation
    said = one.last_public.message.content if one.last_public else None
    about = f"#{conversation.number} · {conversation.status.capitalize()}"
    return Option(
        id=conversation.number,
        name=one.view.contact.name or "Visitor",
        about=f"{about} · {markdown.words(said)[:80]}" if said else about,
        path=f"/conversations/{conversation.number}",
    )


def _contact(contact: Contact) -> Option:
    return Option(
        id=contact.id,
        name=contact.name or "Visitor",
        about=contact.email or contact.phone_number or "",
        path=f"/contacts/{contact.id}",
    )
