"""What platform apps do: make accounts and users, and bring them together. An app finds only what it made."""

from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import agent_bots, departures
from deskbell.desk.commands import profiles as profile_commands
from deskbell.desk.commands.accounts import AccountChanges, add_user, changed_account
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.commands.profiles import UserChanges
from deskbell.desk.queries.platform import account_of_bot, require
from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems, given
from deskbell.kit import ids
from deskbell.kit.errors import NotFound
from deskbell.model.account import Account
from deskbell.model.platform import PlatformApp
from deskbell.model.user import Agent, UserRole
from deskbell.store import accounts, platform, profiles, users
from deskbell.store.agent_bots import BotView
from deskbell.store.database import Unit


class NewApp(Struct, frozen=True):
    """An app, and the token that is shown this once."""

    platform_app_id: int
    api_access_token: str


async def create_app(unit: Unit, name: str) -> NewApp:
    """Raises Invalid for a blank name."""
    problems = Problems()
    name = fields.name(name, problems)
    problems.raise_any()
    token = ids.token()
    return NewApp(await platform.add(unit, name, ids.digest(token)), token)


async def create_user(unit: Unit, app: PlatformApp, changes: UserChanges, password_hash: str | None) -> int:
    """Raises Invalid. A user who is there already is not the app's to have."""
    problems = Problems()
    address = fields.email(given(changes.email, None), problems)
    if address is None:
        problems.add("email", "can't be blank")
    name = fields.name(given(changes.name, None), problems)
    problems.raise_any()
    assert address is not None
    user_id, _ = await add_user(unit, name=name, email=address, password_hash=password_hash)
    await profile_commands.change_user(unit, user_id, changes)
    await platform.grant(unit, app.id, "user", user_id)
    return user_id


async def update_user(
    unit: Unit, app: PlatformApp, user_id: int, changes: UserChanges, password_hash: str | None
) -> None:
    await require(unit, app, "user", user_id)
    await profile_commands.change_user(unit, user_id, changes, password_hash)


async def delete_user(unit: Unit, app: PlatformApp, user_id: int) -> bool:
    """The user leaves every account, in steps, and is gone; what they wrote stays. Answers whether it is done."""
    await require(unit, app, "user", user_id)
    memberships = await users.memberships(unit, user_id)
    if memberships:
        await departures.leave(unit, _system(memberships[0].account_id), user_id)
        return False
    await platform.forget(unit, "user", user_id)
    await profiles.delete(unit, user_id)
    return True


async def make_login_link(unit: Unit, app: PlatformApp, user_id: int) -> str:
    await require(unit, app, "user", user_id)
    return await profile_commands.make_login_link(unit, user_id)


async def create_account(unit: Unit, app: PlatformApp, changes: AccountChanges) -> Account:
    """An account without anyone in it. Raises Invalid."""
    problems = Problems()
    name = fields.name(given(changes.name, None), problems)
    problems.raise_any()
    account_id = await accounts.add(unit, name=name)
    await platform.grant(unit, app.id, "account", account_id)
    return await update_account(unit, app, account_id, changes)


async def update_account(unit: Unit, app: PlatformApp, account_id: int, changes: AccountChanges) -> Account:
    await require(unit, app, "account", account_id)
    account = access.found(await accounts.get(unit, account_id))
    changed = changed_account(account, changes)
    await accounts.update(unit, changed)
    return changed


async def delete_account(unit: Unit, app: PlatformApp, account_id: int) -> None:
    """The account is gone, with everything in it and all that was still to be delivered; its users stay."""
    await require(unit, app, "account", account_id)
    await platform.forget(unit, "account", account_id)
    await accounts.delete(unit, account_id)


async def add_account_user(
    unit: Unit, app: PlatformApp, account_id: int, user_id: int, role: UserRole
) -> Agent:
    """Put a user into an account, or give them another role there."""
    await require(unit, app, "account", account_id)
    await require(unit, app, "user", user_id)
    agent = await users.agent(unit, account_id, user_id)
    if agent is None:
        await users.add_agent(unit, account_id, user_id, role=role)
        await platform.drop_login_links(
            unit, user_id
        )  # whoever of another account has one is not let in here by it
    else:
        await users.update_agent(unit, replace(agent, role=role))
    found = await users.agent(unit, account_id, user_id)
    assert found is not None
    return found


async def remove_account_user(unit: Unit, app: PlatformApp, account_id: int, user_id: int) -> bool:
    """Take a user out of an account, in steps; the user stays. Answers whether it is done."""
    await require(unit, app, "account", account_id)
    if await users.agent(unit, account_id, user_id) is None:
        raise NotFound
    return await departures.leave(unit, _system(account_id), user_id)


async def create_bot(unit: Unit, app: PlatformApp, account_id: int, changes: BotChanges) -> BotView:
    """A bot of an account the app made. Raises Invalid."""
    await require(unit, app, "account", account_id)
    made = await agent_bots.create_bot(unit, _system(account_id), changes)
    await platform.grant(unit, app.id, "agent_bot", made.bot.id)
    return made


async def update_bot(unit: Unit, app: PlatformApp, bot_id: int, changes: BotChanges) -> BotView:
    account_id = await account_of_bot(unit, app, bot_id)
    return await agent_bots.update_bot(unit, _system(account_id), bot_id, changes)


async def delete_bot(unit: Unit, app: PlatformApp, bot_id: int) -> bool:
    """Delete a bot, in steps; people get its conversations. Answers whether it is done."""
    account_id = await account_of_bot(unit, app, bot_id)
    if not await agent_bots.delete_bot(unit, _system(account_id), bot_id):
        return False
    await platform.forget(unit, "agent_bot", bot_id)
    return True


def _system(account_id: int) -> Actor:
    return Actor(kind="system", account_id=account_id)
