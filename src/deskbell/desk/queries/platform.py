"""What platform apps are shown."""

from deskbell.desk import access
from deskbell.desk.queries.identity import Profile, profile_of_user
from deskbell.kit import ids
from deskbell.kit.errors import NotFound, Unauthenticated
from deskbell.model.account import Account
from deskbell.model.platform import GrantKind, PlatformApp
from deskbell.model.user import Agent
from deskbell.store import accounts, agent_bots, platform, users
from deskbell.store.agent_bots import BotView
from deskbell.store.database import Reader


async def app_of(reader: Reader, token: str) -> PlatformApp:
    """The app a token belongs to. Raises Unauthenticated."""
    app = await platform.by_token(reader, ids.digest(token))
    if app is None:
        raise Unauthenticated("Invalid access_token")
    return app


async def require(reader: Reader, app: PlatformApp, kind: GrantKind, thing_id: int) -> None:
    """Raises NotFound for what the app did not make."""
    if not await platform.granted(reader, app.id, kind, thing_id):
        raise NotFound


async def user(reader: Reader, app: PlatformApp, user_id: int) -> Profile:
    await require(reader, app, "user", user_id)
    return await profile_of_user(reader, user_id)


async def account(reader: Reader, app: PlatformApp, account_id: int) -> Account:
    await require(reader, app, "account", account_id)
    return access.found(await accounts.get(reader, account_id))


async def account_users(reader: Reader, app: PlatformApp, account_id: int) -> list[Agent]:
    await require(reader, app, "account", account_id)
    return await users.agents(reader, account_id)


async def bots(reader: Reader, app: PlatformApp) -> list[BotView]:
    """The bots an app made, of those that are still there."""
    return await agent_bots.views_of_app(reader, app.id)


async def bot(reader: Reader, app: PlatformApp, bot_id: int) -> BotView:
    account_id = await account_of_bot(reader, app, bot_id)
    return access.found(await agent_bots.view(reader, account_id, bot_id))


async def account_of_bot(reader: Reader, app: PlatformApp, bot_id: int) -> int:
    """Raises NotFound for a bot that the app did not make, or that is gone."""
    await require(reader, app, "agent_bot", bot_id)
    return access.found(await agent_bots.get(reader, bot_id)).account_id
