"""What a visitor does in the live-chat widget."""

from typing import Any

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.events.record import Opening, Recorder
from deskbell.events.snapshot import Named
from deskbell.kit import ids
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.inbox import Inbox
from deskbell.store import accounts, contacts, conversations
from deskbell.store.database import Unit


async def visitor(unit: Unit, inbox: Inbox, source_id: str) -> tuple[Contact, ContactInbox]:
    """Whoever a session speaks for. The record is made now, with the visitor's first act, not when the page loads.

    Two first acts at once find the same visitor, one after the other.
    """
    actor = Actor(kind="contact", account_id=inbox.account_id)
    place = await contacts.lock_inbox(unit, inbox.id, source_id)
    if place is None:
        name = f"Visitor {source_id[:4]}"
        contact = await contact_commands.create_contact(unit, actor, ContactChanges(name=name))
        place = await contacts.add_inbox(
            unit,
            contact_id=contact.id,
            inbox_id=inbox.id,
            source_id=source_id,
            pubsub_token=ids.token(),
            said={"name": name},
        )
        if place.contact_id == contact.id:
            return contact, place
        await contacts.delete(unit, contact.id)  # another request of this visitor's was faster
    contact_of_place = access.found(await contacts.get(unit, inbox.account_id, place.contact_id))
    return contact_of_place, place


async def open_widget(unit: Unit, inbox: Inbox, source_id: str, event_info: dict[str, Any]) -> None:
    """The visitor opened the widget (the document's webwidget_triggered)."""
    contact, place = await visitor(unit, inbox, source_id)
    account = await accounts.get(unit, inbox.account_id)
    assert account is not None, "an inbox has an account"
    current = await conversations.last_of(unit, place.id)
    unit.companion(Recorder).widget_opened(
        Opening(
            account=Named(account.id, account.name),
            inbox=inbox,
            contact=contact,
            contact_inbox=place,
            conversation_id=current.id if current else None,
            event_info=event_info,
        )
    )
