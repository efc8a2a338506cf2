"""The widget's session, its visitor, and what the visitor opens."""

from contextlib import suppress
from typing import Any, NotRequired

from fastapi import Request, Response
from typing_extensions import TypedDict

from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import widget as commands
from deskbell.desk.queries import inboxes as inbox_queries
from deskbell.desk.rules import identity
from deskbell.kit.clock import iso, parse_iso
from deskbell.kit.errors import Invalid, Unauthenticated
from deskbell.model.contact import Contact, ContactInbox
from deskbell.web.answers import answer, answers
from deskbell.web.api.contacts import ContactFields
from deskbell.web.bodies import Attributes, Body, OptionalText
from deskbell.web.deps import TheServices
from deskbell.web.faces import WIDGET, resource, updates
from deskbell.web.security import open_session, read_session
from deskbell.web.widget.browser import browser, language, page_url
from deskbell.web.widget.channel import Locale, OpenedChannelJSON, channel
from deskbell.web.widget.deps import Session, TheSession, TheWebsite
from deskbell.web.widget.patience import may_open

router = resource(WIDGET, "Widget API")


class WidgetContactJSON(TypedDict):
    id: int | None
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    pubsub_token: NotRequired[str]
    widget_auth_token: NotRequired[str]


class ConfigJSON(TypedDict):
    website_channel_config: OpenedChannelJSON
    contact: WidgetContactJSON | None


class WidgetUser(ContactFields):
    identifier_hash: OptionalText = None


class WidgetEvent(Body):
    name: str
    event_info: Attributes = None


def shown_contact(whole: Contact, place: ContactInbox) -> WidgetContactJSON:
    """The visitor, as their own browser may know them."""
    contact = place.shown(whole)
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "phone_number": contact.phone_number,
        "identifier": contact.identifier,
        "pubsub_token": place.pubsub_token,
    }


@router.post("/config", summary="Open a visitor's session", responses=answers(ConfigJSON))
async def config(
    request: Request, inbox: TheWebsite, services: TheServices, locale: Locale = None
) -> Response:
    now = services.clock.now()
    source_id = None
    with suppress(Unauthenticated):  # no session yet, or one that ended: a new one is what is asked for
        source_id = read_session(services.secret_key, request.headers.get("x-auth-token", ""), inbox.id, now)
    token, source_id = open_session(
        services.secret_key, inbox.id, now, services.settings.session_days, source_id
    )
    async with services.database.read() as reader:
        known = await Session(inbox, source_id).known(reader)
        chosen = locale or await inbox_queries.language(reader, inbox)
    shown: OpenedChannelJSON = {**channel(inbox, chosen, services.settings, now), "auth_token": token}
    return answer(
        {"website_channel_config": shown, "contact": shown_contact(known[1], known[2]) if known else None}
    )


@router.get("/contact", summary="Who the visitor is", responses=answers(WidgetContactJSON))
async def show_contact(session: TheSession, services: TheServices) -> Response:
    async with services.database.read() as reader:
        known = await session.known(reader)
    if known is None:
        return answer({"id": None, "name": "", "email": None, "phone_number": None, "identifier": None})
    return answer(shown_contact(known[1], known[2]))


@updates(
    router,
    "/contact",
    summary="Say more about the visitor",
    responses=answers(WidgetContactJSON),
)
async def update_contact(body: ContactFields, session: TheSession, services: TheServices) -> Response:
    """A name, an email, attributes. Who the visitor is in the site's own books is `set_user`'s business."""
    changes = body.own_changes()
    if isinstance(changes.identifier, str):
        raise Invalid({"identifier": "is set by contact/set_user"})
    async with services.database.unit() as unit:
        _, _, place = await session.visitor(unit)
        contact, place = await contact_commands.identify(unit, session.inbox, place, changes, verified=False)
    return answer(shown_contact(contact, place))


@updates(
    router,
    "/contact/set_user",
    summary="Identify the visitor",
    responses=answers(WidgetContactJSON),
)
async def set_user(body: WidgetUser, session: TheSession, services: TheServices) -> Response:
    inbox = session.inbox
    verified = identity.verify(
        inbox.hmac_token, body.identifier, body.identifier_hash, mandatory=inbox.hmac_mandatory
    )
    async with services.database.unit() as unit:
        _, _, place = await session.visitor(unit)
        contact, identified = await contact_commands.identify(
            unit, inbox, place, body.own_changes(), verified=verified
        )
    shown = shown_contact(contact, identified)
    if identified.source_id != session.source_id:
        days = services.settings.session_days
        shown["widget_auth_token"] = open_session(
            services.secret_key, inbox.id, services.clock.now(), days, identified.source_id
        )[0]
    return answer(shown)


@router.post("/events", summary="The visitor opened the widget", status_code=204)
async def create_event(
    body: WidgetEvent, request: Request, session: TheSession, services: TheServices, locale: Locale = None
) -> Response:
    if body.name != "webwidget.triggered":
        raise Invalid({"name": "should be webwidget.triggered"})
    may_open(request, session)
    said = body.event_info or {}
    info = {
        "initiated_at": {"timestamp": _timestamp(said.get("initiated_at"), services.clock.now())},
        "referer": page_url(said.get("referer")),
        "widget_language": locale,
        "browser_language": language(request),
        "browser": browser(request),
    }
    async with services.database.unit() as unit:
        await commands.open_widget(unit, session.inbox, session.source_id, info)
    return Response(status_code=204)


def _timestamp(initiated_at: Any, now: int) -> str:
    """The visitor's own clock where it makes sense; ours where it does not."""
    text = initiated_at.get("timestamp") if isinstance(initiated_at, dict) else None
    try:
        return iso(parse_iso(text)) if isinstance(text, str) else iso(now)
    except (ValueError, OverflowError):
        return iso(now)
