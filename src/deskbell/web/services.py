"""What every request may use; made once by the composition root."""

from msgspec import Struct

from deskbell.config import Settings
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.resolver import Resolver
from deskbell.kit.clock import Clock
from deskbell.store.database import Database


class Services(Struct, frozen=True):
    """The parts of the house a request reaches."""

    settings: Settings
    database: Database
    clock: Clock
    allowance: Allowance
    resolver: Resolver
    secret_key: str
    client: Client

    @property
    def public_url(self) -> str:
        """The address people and widgets use, without a slash at its end."""
        return (self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}").rstrip("/")
