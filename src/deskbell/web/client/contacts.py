"""The Client API's inbox and contacts."""

from fastapi import Response

from deskbell.desk.commands import contacts as commands
from deskbell.desk.rules import identity
from deskbell.web.answers import answer, answers
from deskbell.web.api.contacts import ContactFields
from deskbell.web.bodies import OptionalText
from deskbell.web.client.deps import TheInbox, TheVisitor
from deskbell.web.deps import TheServices
from deskbell.web.faces import CLIENT, resource, updates
from deskbell.web.present import public
from deskbell.web.present.public import ContactRecordJSON, PublicContactJSON, PublicInboxJSON

router = resource(f"{CLIENT}/inboxes/{{inbox_identifier}}", "Client API")


class ClientContact(ContactFields):
    source_id: OptionalText = None
    identifier_hash: OptionalText = None


@router.get("", summary="Show the inbox", responses=answers(PublicInboxJSON))
async def show_inbox(inbox: TheInbox) -> Response:
    return answer(public.inbox(inbox))


@router.post("/contacts", summary="Present a contact", responses=answers(PublicContactJSON))
async def create_contact(body: ClientContact, inbox: TheInbox, services: TheServices) -> Response:
    verified = identity.verify(
        inbox.hmac_token, body.identifier, body.identifier_hash, mandatory=inbox.hmac_mandatory
    )
    async with services.database.unit() as unit:
        contact, place = await commands.register(
            unit, inbox, body.own_changes(), body.source_id, verified=verified
        )
    return answer(public.contact(contact, place))


@router.get("/contacts/{contact_identifier}", summary="Show a contact", responses=answers(PublicContactJSON))
async def show_contact(visitor: TheVisitor) -> Response:
    return answer(public.contact(visitor.contact, visitor.place))


@updates(
    router,
    "/contacts/{contact_identifier}",
    summary="Change a contact",
    responses=answers(ContactRecordJSON),
)
async def update_contact(body: ClientContact, visitor: TheVisitor, services: TheServices) -> Response:
    inbox = visitor.inbox
    verified = identity.verify(
        inbox.hmac_token, body.identifier, body.identifier_hash, mandatory=inbox.hmac_mandatory
    )
    async with services.database.unit() as unit:
        contact, place = await commands.identify(
            unit, inbox, visitor.place, body.own_changes(), verified=verified
        )
    shown = public.contact_record(contact, place)
    if place.source_id != visitor.place.source_id:
        shown["source_id"] = place.source_id  # somebody else now: they go on at an address of their own
    return answer(shown)
