"""Signing in to the dashboard and out of it."""

from deskbell.desk.commands import profiles as profile_commands
from deskbell.desk.commands.profiles import UserChanges
from deskbell.desk.queries import identity
from deskbell.kit import ids
from deskbell.model.browser_session import BrowserSession
from deskbell.store import browser_sessions, platform, profiles
from deskbell.store.database import Unit

AGENT_LIMIT = 300


async def open_session(unit: Unit, user_id: int, *, user_agent: str, address: str, life: int) -> str:
    """Begin a session with the password the user has now; answers its token, which is kept nowhere."""
    token = ids.token()
    await browser_sessions.add(
        unit,
        user_id,
        token_hash=ids.digest(token),
        mark=await identity.mark_of(unit, user_id),
        user_agent=user_agent[:AGENT_LIMIT],
        address=address,
        expires_at=unit.now + life,
    )
    return token


async def touch_session(unit: Unit, session: BrowserSession) -> None:
    """Its user was seen."""
    await browser_sessions.touch(unit, session.id)


async def end_session(unit: Unit, user_id: int, session_id: int) -> None:
    """End one of a user's sessions; one that is over already is no error."""
    await browser_sessions.end(unit, user_id, session_id)


async def end_other_sessions(unit: Unit, session: BrowserSession) -> None:
    await browser_sessions.end_others(unit, session.user_id, session.id)


async def set_password(unit: Unit, user_id: int, password_hash: str, keep: int = 0) -> None:
    """A new password ends every session that began with the old one, and voids every link; `keep` names the one that goes on."""
    await profiles.set_password(unit, user_id, password_hash)
    await keep_only(unit, user_id, keep)
    await platform.drop_login_links(unit, user_id)


async def keep_only(unit: Unit, user_id: int, keep: int) -> None:
    """End every session but the one that `keep` names, which goes on with what its user proves by now; 0 keeps none."""
    await browser_sessions.end_others(unit, user_id, keep)
    await browser_sessions.renew_mark(unit, user_id, keep, await identity.mark_of(unit, user_id))


async def choose_password(unit: Unit, user_id: int, password_hash: str, name: str = "") -> None:
    """What somebody chooses by a link: a password, and what they are called, if they say. Other links of theirs are void. Raises Invalid."""
    if name.strip():
        await profile_commands.change_user(unit, user_id, UserChanges(name=name))
    await set_password(unit, user_id, password_hash)
