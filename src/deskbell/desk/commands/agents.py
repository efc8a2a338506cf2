"""Agents: who works in an account, and as what."""

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, departures, profiles
from deskbell.desk.commands.accounts import add_user
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.desk.unique import unique
from deskbell.kit.clock import DAY
from deskbell.kit.errors import Conflict, Invalid
from deskbell.model.user import Agent, Availability, UserRole
from deskbell.store import invitations, platform, users
from deskbell.store.database import Unit

INVITATION = 3 * DAY
"""How long the link to choose a password is good for."""


async def add_agent(
    unit: Unit,
    actor: Actor,
    *,
    name: str,
    email: str,
    role: UserRole = "agent",
    availability: Availability = "online",
    auto_offline: bool = True,
) -> Agent:
    """Add a user to the account, creating them where their email is not known. Raises Invalid."""
    access.require_administrator(actor)
    problems = Problems()
    address = fields.email(email, problems)
    if address is None:
        problems.add("email", "can't be blank")
    name = fields.name(name, problems, required=False)
    problems.raise_any()
    assert address is not None
    user = await users.by_email(unit, address)
    user_id = (
        user.id
        if user
        else (
            await add_user(unit, name=name or address.partition("@")[0], email=address, password_hash=None)
        )[0]
    )
    with unique("email"):
        await users.add_agent(
            unit, actor.account_id, user_id, role=role, availability=availability, auto_offline=auto_offline
        )
    # Who was invited elsewhere and now belongs here, too, is not let in by that invitation, be it made at this very moment.
    await platform.drop_login_links(unit, user_id)
    made = await _the_agent(unit, actor, user_id)
    await audit.created(unit, actor, ("AccountUser", user_id), audits.agent(made))
    return made


async def update_agent(
    unit: Unit,
    actor: Actor,
    user_id: int,
    *,
    name: str | None = None,
    role: UserRole | None = None,
    availability: Availability | None = None,
    auto_offline: bool | None = None,
) -> Agent:
    access.require_administrator(actor)
    agent = await _the_agent(unit, actor, user_id)
    problems = Problems()
    name = fields.name(name, problems, required=False)
    problems.raise_any()
    if name:
        await users.rename(unit, user_id, name)
    if role == "agent" and agent.role == "administrator":
        await _keep_an_administrator(unit, actor, user_id)
    await users.update_agent(
        unit,
        replace(
            agent,
            role=role or agent.role,
            availability=availability or agent.availability,
            auto_offline=agent.auto_offline if auto_offline is None else auto_offline,
        ),
    )
    after = await _the_agent(unit, actor, user_id)
    await audit.updated(unit, actor, ("AccountUser", user_id), audits.agent(agent), audits.agent(after))
    return after


async def make_password_link(unit: Unit, actor: Actor, user_id: int, life: int = INVITATION) -> str:
    """A token by which an agent chooses a password, once. Raises Invalid for one who is in other accounts, too: there others decide."""
    access.require_administrator(actor)
    await users.hold(unit, user_id)  # nobody adds them elsewhere meanwhile
    agent = await _the_agent(unit, actor, user_id)
    if any(one.account_id != actor.account_id for one in await users.memberships(unit, user_id)):
        raise Invalid(
            {
                "email": "belongs to somebody who is in other accounts, too, and signs in with the password they have"
            }
        )
    await platform.drop_login_links(unit, user_id)  # only the newest lets in
    token = await profiles.make_login_link(unit, user_id, life)
    await audit.note(
        unit, actor, "update", ("AccountUser", user_id), {"password_link": [None, agent.user.email]}
    )
    return token


async def withdraw_invitation(unit: Unit, actor: Actor, user_id: int) -> None:
    """Take back an invitation that was not accepted: its link is void. Raises NotFound, Conflict for one that was accepted."""
    access.require_administrator(actor)
    await _the_agent(unit, actor, user_id)
    if not any(one.agent.user.id == user_id for one in await invitations.pending(unit, actor.account_id)):
        raise Conflict("They have accepted already, and are an agent now.")
    await platform.drop_login_links(unit, user_id)


async def remove_agent(unit: Unit, actor: Actor, user_id: int) -> bool:
    """Take a user out of the account, in steps; the user stays. Answers whether it is done. Raises Invalid for the last administrator."""
    access.require_administrator(actor)
    agent = await _the_agent(unit, actor, user_id)
    if agent.role == "administrator":
        await _keep_an_administrator(unit, actor, user_id)
    done = await departures.leave(unit, actor, user_id)
    if done:
        await audit.destroyed(unit, actor, ("AccountUser", user_id), audits.agent(agent))
    return done


async def _keep_an_administrator(unit: Unit, actor: Actor, but: int) -> None:
    if await users.hold_administrators(unit, actor.account_id) == [but]:
        raise Invalid({"role": "is the account's last administrator's; make someone else one first"})


async def _the_agent(unit: Unit, actor: Actor, user_id: int) -> Agent:
    return access.found(await users.agent(unit, actor.account_id, user_id))
