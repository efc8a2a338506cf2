"""What an account can connect other systems with, and whether it does."""

from typing import Literal

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.store import agent_bots, webhooks
from deskbell.store.database import Reader


class App(Struct, frozen=True, kw_only=True):
    """A way to connect other systems. `enabled`: the account has such a connection."""

    id: str
    name: str
    description: str
    hook_type: Literal["account", "inbox"]
    enabled: bool


async def apps(reader: Reader, actor: Actor) -> list[App]:
    access.refuse_bots(actor)
    return [
        App(
            id="webhook",
            name="Webhooks",
            description="Tells your systems what happens in the account, event by event, signed and in order.",
            hook_type="account",
            enabled=bool(await webhooks.all_of(reader, actor.account_id)),
        ),
        App(
            id="agent_bot",
            name="Agent bots",
            description="Lets a program of yours hear and answer conversations in an inbox.",
            hook_type="inbox",
            enabled=bool(await agent_bots.views(reader, actor.account_id)),
        ),
    ]


async def app(reader: Reader, actor: Actor, app_id: str) -> App:
    """One of them. Raises NotFound."""
    return access.found(next((one for one in await apps(reader, actor) if one.id == app_id), None))
