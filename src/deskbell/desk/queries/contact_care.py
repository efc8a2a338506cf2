"""What a team keeps about contacts, and where it can begin to talk to them."""

from collections.abc import Sequence

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit import ids
from deskbell.model.contact import Contact, ContactPlace
from deskbell.model.contact_note import ContactNote, NoteView
from deskbell.model.inbox import Inbox
from deskbell.store import contact_labels, contact_notes, contacts, conversations, inboxes, users
from deskbell.store.database import Reader


async def labels(reader: Reader, actor: Actor, contact_id: int) -> list[str]:
    access.refuse_bots(actor)
    contact = await access.the_contact(reader, actor, contact_id)
    return await contact_labels.of_contact(reader, contact.id)


async def notes(reader: Reader, actor: Actor, contact_id: int) -> list[NoteView]:
    """A contact's notes, newest first."""
    access.refuse_bots(actor)
    contact = await access.the_contact(reader, actor, contact_id)
    return await _with_authors(reader, actor, await contact_notes.of_contact(reader, contact.id))


async def note(reader: Reader, actor: Actor, contact_id: int, note_id: int) -> NoteView:
    access.refuse_bots(actor)
    contact = await access.the_contact(reader, actor, contact_id)
    found = access.found(await contact_notes.get(reader, contact.id, note_id))
    return (await _with_authors(reader, actor, [found]))[0]


async def contactable(reader: Reader, actor: Actor, contact_id: int) -> list[ContactPlace]:
    """Where a conversation with a contact can be begun, among the inboxes the actor may see."""
    access.refuse_bots(actor)
    contact = await access.the_contact(reader, actor, contact_id)
    visible = await access.visible_inboxes(reader, actor)
    found = [
        await _place(reader, contact, inbox)
        for inbox in await inboxes.all_of(reader, actor.account_id)
        if visible is None or inbox.id in visible
    ]
    return [place for place in found if place is not None]


async def _place(reader: Reader, contact: Contact, inbox: Inbox) -> ContactPlace | None:
    """In an API inbox the contact's newest address or one to be made; on a website only an address where nobody has talked yet."""
    known = await contacts.inbox_of_contact(reader, contact.id, inbox.id)
    if inbox.channel == "Channel::WebWidget" and (
        known is None or await conversations.last_of(reader, known.id) is not None
    ):
        return None
    return ContactPlace(
        contact_id=contact.id,
        source_id=known.source_id if known else ids.uuid4(),
        inbox_id=inbox.id,
        inbox_name=inbox.name,
        inbox_channel=inbox.channel,
        inbox_avatar_url=inbox.avatar_url,
    )


async def _with_authors(reader: Reader, actor: Actor, found: Sequence[ContactNote]) -> list[NoteView]:
    agents = {agent.user.id: agent for agent in await users.agents(reader, actor.account_id)} if found else {}
    return [NoteView(note=one, author=agents.get(one.user_id or 0)) for one in found]
