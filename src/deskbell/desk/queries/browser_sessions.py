"""Who is signed in to the dashboard, and where."""

from deskbell.desk.queries import identity
from deskbell.kit import ids
from deskbell.kit.errors import Unauthenticated
from deskbell.model.browser_session import BrowserSession
from deskbell.store import browser_sessions
from deskbell.store.database import Reader


async def find(reader: Reader, token: str) -> BrowserSession:
    """The session a browser's cookie stands for. Raises Unauthenticated for one that is over."""
    found = await browser_sessions.by_token(reader, ids.digest(token))
    if found is None or found.mark != await identity.mark_of(reader, found.user_id):
        raise Unauthenticated(identity.SESSION_OVER)
    return found


async def all_sessions(reader: Reader, user_id: int) -> list[BrowserSession]:
    """A user's sessions that hold, the last seen first."""
    return await browser_sessions.all_of(reader, user_id, await identity.mark_of(reader, user_id))
