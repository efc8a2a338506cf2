"""The visitor's transcript: mailed to the address they gave or are proven to have, and to no other."""

from fastapi import Request, Response
from msgspec.structs import replace

from deskbell.desk.queries import conversation_care as queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.kit.errors import Invalid, NotFound
from deskbell.web import mail
from deskbell.web.answers import empty
from deskbell.web.deps import TheServices
from deskbell.web.faces import WIDGET, resource
from deskbell.web.limits import Limits
from deskbell.web.widget.deps import TheSession

router = resource(f"{WIDGET}/conversations", "Widget API")


@router.post("/transcript", summary="Mail the conversation to its visitor")
async def mail_own_transcript(request: Request, session: TheSession, services: TheServices) -> Response:
    async with services.database.read() as reader:
        known = await session.known(reader)
        current = await conversation_queries.last_of_place(reader, known[2]) if known else None
        if known is None or current is None:
            raise NotFound
        actor, contact, place = known
        transcript = await queries.transcript(reader, actor, current.number)
    email = place.shown(contact).email
    if email is None:
        raise Invalid({"email": "is not known of this visitor"})
    messages = [
        replace(one, sender=one.sender and place.shown_sender(one.sender)) for one in transcript.messages
    ]
    limits: Limits = request.app.state.limits
    limits.require(limits.visitor_mail, f"address:{place.id}")
    # A session, and the email it claims, are soon made up.
    limits.require(limits.visitor_mail, f"to:{email}")
    await mail.send_transcript(request, services, replace(transcript, messages=messages), email)
    return empty()
