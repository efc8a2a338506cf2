"""Who speaks through the Client API: an inbox's identifier and a contact's source_id are the secrets."""

from typing import Annotated

from fastapi import Depends, Path
from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.queries import contacts as contact_queries
from deskbell.desk.queries import inboxes as inbox_queries
from deskbell.kit.errors import NotFound
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.inbox import Inbox
from deskbell.web.deps import TheServices

Key = Annotated[str, Path(max_length=500)]


class Visitor(Struct, frozen=True):
    """A contact at their address in an inbox."""

    inbox: Inbox
    contact: Contact
    place: ContactInbox

    @property
    def asking(self) -> str:
        return f"address:{self.place.id}"

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="contact", account_id=self.inbox.account_id, id=self.contact.id, name=self.contact.name
        )


async def the_inbox(inbox_identifier: Key, services: TheServices) -> Inbox:
    if "\x00" in inbox_identifier:
        raise NotFound
    async with services.database.glance() as reader:
        return await inbox_queries.by_token(reader, inbox_identifier, "Channel::Api")


TheInbox = Annotated[Inbox, Depends(the_inbox)]


async def the_visitor(contact_identifier: Key, inbox: TheInbox, services: TheServices) -> Visitor:
    async with services.database.glance() as reader:
        contact, place = await contact_queries.at(reader, inbox, contact_identifier)
    return Visitor(inbox, contact, place)


TheVisitor = Annotated[Visitor, Depends(the_visitor)]
