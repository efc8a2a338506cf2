"""Contacts."""

from typing import Annotated, Any, ClassVar, NotRequired

from fastapi import Query, Response
from msgspec import UNSET
from msgspec.structs import replace
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.desk.commands import contacts as commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.queries import contacts as queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.web import keeping
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Attributes, Body, Flag, Id, OptionalId, OptionalText, PathId
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people, talk
from deskbell.web.present.people import ContactInboxJSON, ContactJSON
from deskbell.web.present.talk import ConversationJSON
from deskbell.web.slices import TheSlice
from deskbell.web.uploads import multipart, takes

router = resource(f"{ACCOUNT}/contacts", "Contacts")

PER_PAGE = 15


class ContactsMetaJSON(TypedDict):
    count: int
    current_page: int
    has_more: NotRequired[bool]


class ContactsJSON(TypedDict):
    meta: ContactsMetaJSON
    payload: list[ContactJSON]


class ShownContactJSON(TypedDict):
    payload: ContactJSON


class CreatedContactJSON(TypedDict):
    contact: ContactJSON
    contact_inbox: ContactInboxJSON | None


class CreatedJSON(TypedDict):
    payload: CreatedContactJSON


class ContactConversationsJSON(TypedDict):
    payload: list[ConversationJSON]


class ContactFields(Body):
    wrapper: ClassVar[str] = "contact"
    name: OptionalText = None
    email: OptionalText = None
    phone_number: OptionalText = None
    identifier: OptionalText = None
    avatar_url: OptionalText = None
    avatar: Any = None
    blocked: Flag = None
    additional_attributes: Attributes = None
    custom_attributes: Attributes = None

    def contact_changes(self) -> ContactChanges:
        said = {name: value for name, value in self.said().items() if name != "blocked" or value is not None}
        said.pop("avatar", None)  # a file, which is kept first
        return ContactChanges(
            **{name: value for name, value in said.items() if name in ContactChanges.__struct_fields__}
        )

    def own_changes(self) -> ContactChanges:
        """What contacts may say of themselves: anything but whether they are blocked."""
        return replace(self.contact_changes(), blocked=UNSET)


class NewContact(ContactFields):
    inbox_id: OptionalId = None
    source_id: OptionalText = None


class NewContactInbox(Body):
    inbox_id: Id
    source_id: OptionalText = None


@router.get("", summary="List contacts", responses=answers(ContactsJSON))
async def list_contacts(
    actor: TheActor,
    services: TheServices,
    page: PageNumber = 1,
    per_page: PageSize = PER_PAGE,
    sort: str = "name",
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, query=None, sort=sort, number=page, size=per_page)
    online = services.online(actor.account_id)
    payload = [people.contact_with_inboxes(one, online) for one in found.contacts]
    return answer({"meta": {"count": found.count, "current_page": page}, "payload": payload})


@router.get(
    "/search",
    summary="Search contacts by name, email, phone number or identifier",
    responses=answers(ContactsJSON),
)
async def search_contacts(
    actor: TheActor,
    services: TheServices,
    q: Annotated[str, Query(min_length=1, max_length=200, pattern=r"\S")],
    page: PageNumber = 1,
    per_page: PageSize = PER_PAGE,
    sort: str = "name",
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, query=q.strip(), sort=sort, number=page, size=per_page)
    online = services.online(actor.account_id)
    payload = [people.contact_with_inboxes(one, online) for one in found.contacts]
    return answer(
        {"meta": {"count": found.count, "current_page": page, "has_more": found.has_more}, "payload": payload}
    )


@router.post(
    "", summary="Create a contact", responses=answers(CreatedJSON), openapi_extra=multipart("avatar")
)
@takes("avatar", "contact[avatar]")
async def create_contact(body: NewContact, actor: TheActor, services: TheServices) -> Response:
    access.refuse_bots(actor)
    changes = replace(body.contact_changes(), **await keeping.avatar_changes(services, body.avatar))
    async with services.database.unit() as unit:
        contact = await commands.create_contact(unit, actor, changes)
        if body.inbox_id is not None:
            inbox = await access.the_inbox(unit, actor, body.inbox_id)
            await commands.add_contact_inbox(unit, inbox, contact, body.source_id)
        view = (await queries.views(unit, [contact]))[0]
    place = people.place(view.places[0]) if view.places else None
    shown = people.contact_with_inboxes(view, services.online(actor.account_id))
    return answer({"payload": {"contact": shown, "contact_inbox": place}})


@router.get("/{contact_id}", summary="Show a contact", responses=answers(ShownContactJSON))
async def show_contact(contact_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        view = await queries.show(reader, actor, contact_id)
    return answer({"payload": people.contact_with_inboxes(view, services.online(actor.account_id))})


@updates(
    router,
    "/{contact_id}",
    summary="Change a contact",
    responses=answers(ShownContactJSON),
    openapi_extra=multipart("avatar"),
)
@takes("avatar", "contact[avatar]")
async def update_contact(
    contact_id: PathId, body: ContactFields, actor: TheActor, services: TheServices
) -> Response:
    access.refuse_bots(actor)
    changes = replace(body.contact_changes(), **await keeping.avatar_changes(services, body.avatar))
    async with services.database.unit() as unit:
        contact = await commands.update_contact(unit, actor, contact_id, changes)
        view = (await queries.views(unit, [contact]))[0]
    return answer({"payload": people.contact_with_inboxes(view, services.online(actor.account_id))})


@router.delete("/{contact_id}", summary="Delete a contact and their conversations")
async def delete_contact(contact_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_contact(unit, actor, contact_id)
    return empty()


@router.delete(
    "/{contact_id}/avatar", summary="Take a contact's avatar away", responses=answers(ShownContactJSON)
)
async def delete_contact_avatar(contact_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        contact = await commands.update_contact(unit, actor, contact_id, ContactChanges(avatar_url=None))
        view = (await queries.views(unit, [contact]))[0]
    return answer({"payload": people.contact_with_inboxes(view, services.online(actor.account_id))})


@router.get(
    "/{contact_id}/conversations",
    summary="A contact's newest conversations",
    responses=answers(ContactConversationsJSON),
)
async def contact_conversations(
    contact_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice
) -> Response:
    number, size = wanted.bounds(conversation_queries.OF_CONTACT)
    async with services.database.read() as reader:
        found, total = await conversation_queries.of_contact(
            reader, actor, contact_id, number=number, size=size
        )
    now, online = services.clock.now(), services.online(actor.account_id)
    listed = answer({"payload": [talk.conversation(one, now, online) for one in found]})
    return wanted.counted(listed, total, size)


@router.post(
    "/{contact_id}/contact_inboxes",
    summary="Give a contact an address in an inbox",
    responses=answers(ContactInboxJSON),
)
async def create_contact_inbox(
    contact_id: PathId, body: NewContactInbox, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        view = await queries.show(unit, actor, contact_id)
        inbox = await access.the_inbox(unit, actor, body.inbox_id)
        made = await commands.add_contact_inbox(unit, inbox, view.contact, body.source_id)
        view = await queries.show(unit, actor, contact_id)
    return answer(
        people.place(
            next(one for one in view.places if one.source_id == made.source_id and one.inbox_id == inbox.id)
        )
    )
