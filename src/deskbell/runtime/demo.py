"""The demo: an account to try things with, and a receiver that shows every bell that rings."""

import secrets
from collections import deque
from contextlib import suppress

import msgspec
from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, contacts, inboxes, labels, webhooks
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.rules.identity import identity_hash
from deskbell.kit.errors import NotFound
from deskbell.kit.json import JSONObject
from deskbell.kit.passwords import hash_password
from deskbell.model.event import EVENT_NAMES
from deskbell.model.webhook import Address
from deskbell.runtime.receiver import Received, Receiver, about, line
from deskbell.store import inboxes as inboxes_store
from deskbell.store import installation, lanes
from deskbell.store.database import Database, Unit
from deskbell.web.services import Demo as Shown

RECEIVER_PORT = 8901
SOURCE_ID = "demo-visitor"
CUSTOMER = "customer-7"
"""How the pretend shop knows the demo's visitor."""
LABEL = "from-the-shop"
KEPT = 100
"""Bells the page can show."""
_KEY = "demo"


class Demo(Struct, frozen=True, kw_only=True):
    """What the demo remembers of itself, so that a second start shows the same."""

    account_id: int
    email: str
    password: str
    api_access_token: str
    website_token: str
    inbox_identifier: str
    inbox_id: int
    webhook_id: int
    secret: str


async def prepare(database: Database, receiver_url: str) -> Demo:
    """The demo's account, made at the first start; the webhook points at this start's receiver."""
    async with database.read() as reader:
        kept = await installation.read(reader, _KEY)
    password = secrets.token_urlsafe(9)
    password_hash = await hash_password(password)
    async with database.unit() as unit:
        demo = (
            msgspec.json.decode(kept, type=Demo)
            if kept
            else await _make(unit, password, password_hash, receiver_url)
        )
        actor = Actor(kind="system", account_id=demo.account_id)
        with suppress(NotFound):  # deleted, as people who try things do: the demo goes on without it
            webhook = await webhooks.update_webhook(
                unit, actor, demo.webhook_id, WebhookChanges(address=Address(receiver_url))
            )
            await lanes.hurry(unit, webhook.target.id)  # the receiver is back
    return demo


async def _make(unit: Unit, password: str, password_hash: str, receiver_url: str) -> Demo:
    email = "demo@example.com"
    account = await accounts.create_account(
        unit, name="Demo account", email=email, password_hash=password_hash, user_name="Dana Demo"
    )
    actor = Actor(
        kind="user", account_id=account.account_id, id=account.user_id, name="Dana Demo", role="administrator"
    )
    website = InboxChanges(
        name="Campana",
        settings={
            "website_url": "http://localhost",
            "widget_color": "#8a5a14",
            "welcome_title": "Hello!",
            "welcome_tagline": "Ask us anything about bells.",
            "greeting_enabled": True,
            "greeting_message": "Thanks for ringing! Somebody will be with you in a moment.",
        },
    )
    await labels.create_label(unit, actor, LabelChanges(title=LABEL))
    widget = await inboxes.create_inbox(unit, actor, "Channel::WebWidget", website)
    api = await inboxes.create_inbox(unit, actor, "Channel::Api", InboxChanges(name="API"))
    visitor = await contacts.create_contact(
        unit, actor, ContactChanges(name="Vera Visitor", email="vera@example.com")
    )
    await contacts.add_contact_inbox(unit, api, visitor, SOURCE_ID)
    wanted = WebhookChanges(
        name="Demo receiver", address=Address(receiver_url), subscriptions=list(EVENT_NAMES)
    )
    webhook = await webhooks.create_webhook(unit, actor, wanted)
    demo = Demo(
        account_id=account.account_id,
        email=email,
        password=password,
        api_access_token=account.api_access_token,
        website_token=widget.token,
        inbox_identifier=api.token,
        inbox_id=api.id,
        webhook_id=webhook.id,
        secret=webhook.target.secret,
    )
    await installation.keep(unit, _KEY, msgspec.json.encode(demo).decode())
    return demo


class Bells:
    """The last bells that rang, for the demo's page."""

    def __init__(self) -> None:
        self._kept: deque[JSONObject] = deque(maxlen=KEPT)

    def keep(self, received: Received) -> None:
        self._kept.append(
            {
                "place": received.received_at,
                "id": received.event_id,
                "event": received.event,
                "about": about(received),
                "attempt": received.attempt,
                "verified": received.verified,
                "problem": received.problem,
            }
        )

    def __call__(self) -> list[JSONObject]:
        return list(self._kept)


async def shown(database: Database, demo: Demo, bells: Bells) -> Shown | None:
    """What the demo's page shows; None where its inbox was deleted."""
    async with database.read() as reader:
        website = await inboxes_store.by_token(reader, demo.website_token)
    if website is None:
        return None
    return Shown(
        website_token=website.token,
        identifier=CUSTOMER,
        identifier_hash=identity_hash(website.hmac_token, CUSTOMER),
        name="Vera Visitor",
        email="vera@example.com",
        label=LABEL,
        bells=bells,
    )


async def receiving(secrets_of: list[str], bells: Bells) -> Receiver:
    """A receiver, listening, that verifies each signature, and keeps and prints what came."""

    def show(received: Received) -> None:
        bells.keep(received)
        print(line(received), flush=True)  # noqa: T201 - the demo talks to a terminal

    receiver = Receiver(secrets_of, show, port=RECEIVER_PORT)
    try:
        await receiver.start()
    except OSError:  # taken, by another demo perhaps; any port will do, for the webhook is told of it
        receiver = Receiver(secrets_of, show)
        await receiver.start()
    return receiver


def welcome(demo: Demo, base_url: str) -> str:
    """What the terminal shows."""
    return f"""
  Deskbell is ready at {base_url}

    a shop with a chat to try   {base_url}/demo
    the desk behind it          {base_url}/app

    administrator  {demo.email}
    password       {demo.password}
    access token   {demo.api_access_token}

  Make a conversation happen (paste this into another terminal):

    curl -s {base_url}/api/v1/accounts/{demo.account_id}/conversations \\
      -H 'api_access_token: {demo.api_access_token}' -H 'content-type: application/json' \\
      -d '{{"source_id": "{SOURCE_ID}", "inbox_id": {demo.inbox_id}, "message": {{"content": "Hello, how can we help?"}}}}'

  Every bell it rings shows below. Ctrl-C stops; the data stays.
"""
