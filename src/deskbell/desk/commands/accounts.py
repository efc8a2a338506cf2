"""Accounts and those who run them."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import audits, fields, idle
from deskbell.desk.rules.fields import Problems, given, merged
from deskbell.desk.unique import unique
from deskbell.kit import ids
from deskbell.model.account import ATTRIBUTES, Account, AccountStatus, PayloadFormat
from deskbell.store import accounts, users
from deskbell.store.database import Unit


class NewAccount(Struct, frozen=True):
    """What its creator needs to begin."""

    account_id: int
    user_id: int
    api_access_token: str


class AccountChanges(Struct, frozen=True, kw_only=True):
    """What a request says about an account; UNSET where it says nothing."""

    name: str | None | UnsetType = UNSET
    locale: str | None | UnsetType = UNSET
    domain: str | None | UnsetType = UNSET
    support_email: str | None | UnsetType = UNSET
    status: AccountStatus | None | UnsetType = UNSET
    default_payload_format: PayloadFormat | None | UnsetType = UNSET
    settings: dict[str, Any] = {}
    custom_attributes: dict[str, Any] | None = None


async def create_account(
    unit: Unit, *, name: str, email: str, password_hash: str | None, user_name: str | None = None
) -> NewAccount:
    """Create an account and its first administrator. Raises Invalid where the name is blank or the email wrong or known."""
    problems = Problems()
    name = fields.name(name, problems)
    address = fields.email(email, problems)
    if address is None:
        problems.add("email", "can't be blank")
    problems.raise_any()
    assert address is not None
    account_id = await accounts.add(unit, name=name)
    user_id, token = await add_user(
        unit, name=user_name or address.partition("@")[0], email=address, password_hash=password_hash
    )
    await users.add_agent(unit, account_id, user_id, role="administrator")
    return NewAccount(account_id, user_id, token)


async def update_account(unit: Unit, actor: Actor, changes: AccountChanges) -> Account:
    """Raises Invalid, NotFound."""
    access.require_administrator(actor)
    account = access.found(await accounts.lock(unit, actor.account_id))
    changed = changed_account(account, changes)
    await accounts.update(unit, changed)
    await audit.updated(
        unit, actor, ("Account", account.id), audits.account(account), audits.account(changed)
    )
    return changed


def changed_account(account: Account, changes: AccountChanges) -> Account:
    """The account with the changes; settings and attributes come over those it has. Raises Invalid."""
    problems = Problems()
    name = fields.name(given(changes.name, account.name), problems)
    locale = fields.key(given(changes.locale, None), problems, field="locale")
    address = Problems()
    support_email = fields.email(given(changes.support_email, account.support_email), address)
    for problem in address.fields.values():
        problems.add("support_email", problem)
    domain = fields.key(given(changes.domain, account.domain), problems, field="domain")
    idle.check(changes.settings, problems)
    problems.raise_any()
    attributes = merged(account.settings.get(ATTRIBUTES, {}), changes.custom_attributes)
    settings = {**account.settings, **changes.settings}
    return replace(
        account,
        name=name,
        locale=locale or account.locale,
        domain=domain,
        support_email=support_email,
        status=given(changes.status, None) or account.status,
        default_payload_format=given(changes.default_payload_format, None) or account.default_payload_format,
        settings={**settings, ATTRIBUTES: attributes} if attributes else settings,
    )


async def add_user(unit: Unit, *, name: str, email: str, password_hash: str | None) -> tuple[int, str]:
    """Create a user and their access token; answers the id and the token."""
    with unique("email"):
        user_id = await users.add(
            unit, name=name, email=email, password_hash=password_hash, pubsub_token=ids.token()
        )
    token = ids.token()
    await users.add_token(unit, token, user_id=user_id)
    return user_id, token
