"""What every request may use; made once by the composition root."""

from collections.abc import Callable, Collection

from msgspec import Struct, field

from deskbell.config import Settings
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.resolver import Resolver
from deskbell.files.storage import Storage
from deskbell.kit.clock import Clock
from deskbell.kit.json import JSONObject
from deskbell.realtime.live import Live
from deskbell.store.database import Database
from deskbell.web.built import Built


class Demo(Struct, frozen=True, kw_only=True):
    """What the demo's page shows: a visitor who can be vouched for, and the bells that rang."""

    website_token: str
    identifier: str
    identifier_hash: str
    name: str
    email: str
    label: str
    bells: Callable[[], list[JSONObject]]
    """The last that rang, each with its `place` among all."""


class Services(Struct, frozen=True):
    """The parts of the house a request reaches."""

    settings: Settings
    database: Database
    clock: Clock
    allowance: Allowance
    resolver: Resolver
    secret_key: str
    client: Client
    live: Live
    files: Storage
    built: Built = field(default_factory=Built)
    demo: Demo | None = None

    def online(self, account_id: int) -> Collection[int]:
        """The account's contacts who are there now."""
        return self.live.presences.contacts(account_id)

    @property
    def public_url(self) -> str:
        """The address people and widgets use, without a slash at its end."""
        return (self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}").rstrip("/")
