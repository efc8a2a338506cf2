"""Whose deliveries a screen is about: a webhook's, an agent bot's or an API inbox's. What is shown of them is the same."""

from msgspec import Struct

from deskbell.desk import access, owners
from deskbell.kit import ids
from deskbell.kit.errors import NotFound
from deskbell.model.webhook import Target, TargetKind, Webhook
from deskbell.store.database import Reader
from deskbell.web.dashboard.deps import Desk
from deskbell.web.dashboard.rendering import host


class Place(Struct, frozen=True):
    """Where the owners of one kind are: below which path, by which parameter, in which place of the menu."""

    kind: TargetKind
    folder: str
    parameter: str
    menu: str
    what: str

    @property
    def path(self) -> str:
        """Below the account, for a router."""
        return f"/settings/{self.folder}/{{{self.parameter}}}"


WEBHOOKS = Place("webhook", "webhooks", "webhook_id", "webhooks", "webhook")
BOTS = Place("agent_bot", "agent_bots", "bot_id", "bots", "agent bot")
INBOXES = Place("api_inbox", "inboxes", "inbox_id", "inboxes", "inbox")
PLACES = (WEBHOOKS, BOTS, INBOXES)


class Owner(Struct, frozen=True, kw_only=True):
    """A webhook, an agent bot or an API inbox, and what it is delivered to."""

    id: int
    name: str
    path: str
    place: Place
    target: Target
    webhook: Webhook | None = None

    @property
    def kind(self) -> TargetKind:
        return self.place.kind

    @property
    def overview(self) -> str:
        """The page of how its deliveries go."""
        return self.path if self.kind == "webhook" else f"{self.path}/pulse"

    @property
    def back(self) -> str:
        """Where one came from."""
        return self.path.rpartition("/")[0] if self.kind == "webhook" else self.path

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        """The screens there are of it: name, path, words."""
        if self.kind == "webhook":
            return [
                ("overview", "", "Overview"),
                ("log", "/deliveries", "Deliveries"),
                ("edit", "/edit", "Settings"),
            ]
        return [("overview", "/pulse", "Health"), ("log", "/deliveries", "Deliveries")]


async def the_owner(reader: Reader, desk: Desk, place: Place) -> Owner:
    """Whom the address names. Raises NotFound; Invalid where nothing is sent to it."""
    owner_id = id_in(desk, place)
    target = await owners.the_target(reader, desk.actor, owner_id, place.kind)
    webhook = None
    if place.kind == "webhook":
        webhook = await access.the_webhook(reader, desk.actor, owner_id)
        name = webhook.name or host(target.url)
    elif place.kind == "agent_bot":
        name = (await owners.the_bot(reader, desk.actor, owner_id)).name
    else:
        name = (await access.the_inbox(reader, desk.actor, owner_id)).name
    return Owner(
        id=owner_id,
        name=name,
        path=desk.path(f"/settings/{place.folder}/{owner_id}"),
        place=place,
        target=target,
        webhook=webhook,
    )


def id_in(desk: Desk, place: Place) -> int:
    """The owner's id, as the address has it. Raises NotFound."""
    found = ids.read(str(desk.request.path_params[place.parameter]))
    if found is None:
        raise NotFound
    return found
