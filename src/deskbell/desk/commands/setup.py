"""The first run: an empty installation gets its account, its administrator and a website to chat on, once."""

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, inboxes
from deskbell.desk.commands.accounts import NewAccount
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.kit.errors import Conflict
from deskbell.store import accounts as accounts_store
from deskbell.store import installation
from deskbell.store.database import Reader, Unit

_HELD = "setup"


class Beginning(Struct, frozen=True, kw_only=True):
    """What whoever sets up an installation says."""

    account_name: str
    user_name: str
    email: str
    password_hash: str | None
    refused: dict[str, str] = {}
    """What was found wrong already, such as a password that is too short."""


async def is_empty(reader: Reader) -> bool:
    """Whether nobody has set up this installation."""
    return await accounts_store.first(reader) is None


async def set_up(unit: Unit, said: Beginning) -> NewAccount:
    """Only the very first may: who comes at the same time waits, and is too late. Raises Conflict, Invalid."""
    await installation.hold(unit, _HELD)
    if not await is_empty(unit):
        raise Conflict("This Deskbell is set up already. Sign in.")
    problems = Problems(said.refused)
    account_name = fields.name(said.account_name, problems, field="account_name")
    user_name = fields.name(said.user_name, problems, field="name")
    if fields.email(said.email, problems) is None:
        problems.add("email", "can't be blank")
    problems.raise_any()
    made = await accounts.create_account(
        unit,
        name=account_name,
        email=said.email,
        password_hash=said.password_hash,
        user_name=user_name,
    )
    actor = Actor(
        kind="user", account_id=made.account_id, id=made.user_id, name=user_name, role="administrator"
    )
    await inboxes.create_inbox(
        unit,
        actor,
        "Channel::WebWidget",
        InboxChanges(name=account_name, settings={"welcome_title": "Hello!"}),
    )
    return made
