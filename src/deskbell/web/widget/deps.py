"""Who speaks through the widget: a website token, and a session that carries a source_id."""

from typing import Annotated

from fastapi import Depends, Query, Request
from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import widget as commands
from deskbell.desk.queries import contacts as contact_queries
from deskbell.desk.queries import inboxes as inbox_queries
from deskbell.kit.errors import NotFound, Unauthenticated
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.inbox import Inbox
from deskbell.store.database import Reader, Unit
from deskbell.web.deps import TheServices
from deskbell.web.security import read_session


class Session(Struct, frozen=True):
    """A visitor's session. There is a contact behind it only once the visitor has acted."""

    inbox: Inbox
    source_id: str

    @property
    def asking(self) -> str:
        return f"session:{self.inbox.id}:{self.source_id}"

    async def visitor(self, unit: Unit) -> tuple[Actor, Contact, ContactInbox]:
        """The contact behind the session, made now if this is the first act."""
        contact, place = await commands.visitor(unit, self.inbox, self.source_id)
        return acting(contact), contact, place

    async def known(self, reader: Reader) -> tuple[Actor, Contact, ContactInbox] | None:
        """The contact behind the session; None before the first act."""
        try:
            contact, place = await contact_queries.at(reader, self.inbox, self.source_id)
        except NotFound:
            return None
        return acting(contact), contact, place

    async def known_visitor(self, reader: Reader) -> tuple[Actor, Contact, ContactInbox]:
        """The contact behind the session. Raises NotFound before the first act."""
        return access.found(await self.known(reader))


def acting(contact: Contact) -> Actor:
    """The contact as someone who does something."""
    return Actor(kind="contact", account_id=contact.account_id, id=contact.id, name=contact.name)


async def the_website(
    website_token: Annotated[str, Query(min_length=1, max_length=200)], services: TheServices
) -> Inbox:
    async with services.database.glance() as reader:
        return await inbox_queries.by_token(reader, website_token, "Channel::WebWidget")


TheWebsite = Annotated[Inbox, Depends(the_website)]


async def the_session(request: Request, inbox: TheWebsite, services: TheServices) -> Session:
    token = request.headers.get("x-auth-token")
    if not token:
        raise Unauthenticated(
            "A session is needed: ask for one with POST /api/v1/widget/config and send it as X-Auth-Token."
        )
    return Session(inbox, read_session(services.secret_key, token, inbox.id, services.clock.now()))


TheSession = Annotated[Session, Depends(the_session)]
