"""What users change of themselves, and how they sign in without a password."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, avatars
from deskbell.desk.queries.identity import SignedIn, signed_in_profile
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems, blank_to_none, given
from deskbell.desk.unique import unique
from deskbell.kit import ids
from deskbell.kit.clock import MINUTE
from deskbell.model.file import StoredFile
from deskbell.model.user import User
from deskbell.store import platform, profiles, sessions, users
from deskbell.store.database import Unit

LINK_LIFE = 5 * MINUTE


class UserChanges(Struct, frozen=True, kw_only=True):
    name: str | None | UnsetType = UNSET
    display_name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    message_signature: str | None | UnsetType = UNSET
    ui_settings: dict[str, Any] | None | UnsetType = UNSET
    avatar_url: str | None | UnsetType = UNSET
    avatar: StoredFile | UnsetType = UNSET


async def change_user(
    unit: Unit, user_id: int, changes: UserChanges, password_hash: str | None = None
) -> None:
    """Change what a user says of themselves, and their password where a new one is given. Raises Invalid, NotFound."""
    user = access.found(await users.get(unit, user_id))
    changed = changed_user(user, changes)
    with unique("email"):
        await profiles.update(unit, changed)
    await avatars.follow(unit, "user", user_id, changes.avatar_url, changes.avatar)
    if password_hash is not None:
        await profiles.set_password(unit, user_id, password_hash)
        await platform.drop_login_links(unit, user_id)


def changed_user(user: User, changes: UserChanges) -> User:
    """The user with the changes. Raises Invalid."""
    problems = Problems()
    name = fields.name(given(changes.name, user.name), problems)
    email = fields.email(given(changes.email, user.email), problems)
    display = blank_to_none(given(changes.display_name, user.display_name))
    fields.name(display, problems, field="display_name", required=False)
    if email is None:
        problems.add("email", "can't be blank")
    problems.raise_any()
    return replace(
        user,
        name=name,
        email=email,
        display_name=display,
        message_signature=given(changes.message_signature, user.message_signature),
        ui_settings=given(changes.ui_settings, user.ui_settings) or {},
        avatar_url=given(changes.avatar_url, user.avatar_url) or "",
    )


async def reset_access_token(unit: Unit, user_id: int) -> str:
    """A new access token in place of the old, which is of no use from now on."""
    await profiles.drop_tokens(unit, user_id)
    token = ids.token()
    await users.add_token(unit, token, user_id=user_id)
    for one in await users.memberships(unit, user_id):
        actor = Actor(kind="user", account_id=one.account_id, id=user_id)
        told = {"user_id": user_id, "token": [audits.HIDDEN, audits.HIDDEN]}
        await audit.note(unit, actor, "update", ("AccessToken", user_id), told)
    return token


async def sign_out(unit: Unit, session: SignedIn) -> None:
    """End a session before its time. Raises Unauthenticated for one that is over."""
    await signed_in_profile(unit, session)
    await sessions.end(unit, session.hash, session.until)


async def make_login_link(unit: Unit, user_id: int, life: int = LINK_LIFE) -> str:
    """A token that lets the user in once, soon."""
    token = ids.token()
    await platform.add_login_link(unit, ids.digest(token), user_id, unit.now + life)
    return token


async def use_login_link(unit: Unit, email: str, token: str) -> int | None:
    """The user such a token signs in; None where it does not, or does no more."""
    user = await users.by_email(unit, email.strip().lower())
    if user is None or not await platform.take_login_link(unit, ids.digest(token), user.id):
        return None
    return user.id
