"""Who a token speaks for."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit import ids
from deskbell.kit.errors import NotAllowed, NotFound, Unauthenticated
from deskbell.model.account import Account
from deskbell.model.user import Membership, User
from deskbell.store import accounts, platform, profiles, sessions, users
from deskbell.store.database import Reader
from deskbell.store.users import Standing

SESSION_OVER = "The session is over; sign in again."


class Profile(Struct, frozen=True, kw_only=True):
    """A user as they see themselves."""

    user: User
    access_token: str
    memberships: list[Membership]


class SignedIn(Struct, frozen=True):
    """A session that began with a password or a login link. `hash` names it; `until`: when it is over by itself."""

    user_id: int
    mark: str
    hash: str
    until: int


class Known(Struct, frozen=True):
    """Somebody who may want to sign in."""

    user_id: int
    password_hash: str | None
    mark: str


async def actor_of(reader: Reader, token: str, account_id: int) -> Actor:
    """The actor a token is in an account. Raises Unauthenticated, NotFound (also for a stranger to the account), NotAllowed."""
    standing = await users.standing(reader, token, account_id)
    if standing is None:
        raise Unauthenticated("Invalid Access Token")
    return _acting(standing, account_id)


async def signed_in_actor(reader: Reader, session: SignedIn, account_id: int) -> Actor:
    """The actor a signed-in user is in an account. Raises as `actor_of`; the session ends with the password it began with, or by signing out."""
    found = await profiles.standing(reader, session.user_id, account_id)
    if found is None or mark(*found[1]) != session.mark or await sessions.ended(reader, session.hash):
        raise Unauthenticated(SESSION_OVER)
    return _acting(found[0], account_id)


async def user_actor(reader: Reader, user_id: int, account_id: int) -> Actor:
    """The actor a user is in an account. Raises NotFound (also for a stranger to the account), NotAllowed."""
    return _acting(access.found(await profiles.standing(reader, user_id, account_id))[0], account_id)


def mark(password_hash: str | None, changed_at: int | None = None) -> str:
    """What a session carries to be known as older than the password, or than the second factor's being switched on or off."""
    since = "" if changed_at is None else f" {changed_at}"
    return ids.digest(f"{password_hash or ''}{since}")[:16]


def _acting(standing: Standing, account_id: int) -> Actor:
    if standing.role is None and standing.bot_id is None:
        raise NotFound
    if standing.account_status != "active":
        raise NotAllowed("Account is suspended")
    if standing.bot_id is not None:
        return Actor(
            kind="agent_bot", account_id=account_id, id=standing.bot_id, name=standing.bot_name or ""
        )
    return Actor(
        kind="user",
        account_id=account_id,
        id=standing.user_id or 0,
        name=standing.user_name or "",
        role=standing.role,
    )


async def profile_of(reader: Reader, token: str) -> Profile:
    """The profile of the user a token belongs to. Raises Unauthenticated; NotAllowed for a bot's."""
    credential = await users.by_token(reader, token)
    if credential is None:
        raise Unauthenticated("Invalid Access Token")
    if credential.user is None:
        raise NotAllowed("Access to this endpoint is not authorized for bots")
    memberships = await users.memberships(reader, credential.user.id)
    return Profile(user=credential.user, access_token=token, memberships=memberships)


async def signed_in_profile(reader: Reader, session: SignedIn) -> Profile:
    """Raises Unauthenticated for a session that is over."""
    if await mark_of(reader, session.user_id) != session.mark or await sessions.ended(reader, session.hash):
        raise Unauthenticated(SESSION_OVER)
    return await profile_of_user(reader, session.user_id)


async def password_hash_of(reader: Reader, user_id: int) -> str | None:
    return await profiles.password_hash(reader, user_id)


async def mark_of(reader: Reader, user_id: int) -> str:
    """What a session that begins now carries."""
    return mark(*await profiles.proof(reader, user_id))


async def by_email(reader: Reader, email: str) -> Known | None:
    """Whom an email belongs to, and what their password is checked against."""
    user = await users.by_email(reader, email.strip().lower())
    if user is None:
        return None
    proof = await profiles.proof(reader, user.id)
    return Known(user.id, proof.password_hash, mark(*proof))


async def link_owner(reader: Reader, email: str, token: str) -> User | None:
    """Whom a login link is for; None where it is of no use any more. Looking uses nothing up."""
    user = await users.by_email(reader, email.strip().lower())
    if user is None or not await platform.has_login_link(reader, ids.digest(token), user.id):
        return None
    return user


async def profile_of_user(reader: Reader, user_id: int) -> Profile:
    """Raises NotFound."""
    user = access.found(await users.get(reader, user_id))
    return Profile(
        user=user,
        access_token=await users.token_of(reader, user_id) or "",
        memberships=await users.memberships(reader, user_id),
    )


async def account(reader: Reader, actor: Actor) -> Account:
    """The actor's account."""
    return access.found(await accounts.get(reader, actor.account_id))
