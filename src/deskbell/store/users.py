"""Users, their memberships and their tokens."""

from typing import Any

from msgspec import Struct

from deskbell.model.user import PRESENT, Agent, Availability, Membership, Presence, User, UserRole
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(User)
STATUS = (
    "CASE WHEN {user}.id IS NULL THEN NULL WHEN {member}.user_id IS NULL THEN 'offline' "
    "WHEN {member}.auto_offline AND COALESCE({member}.seen_at, 0) <= :present_since THEN 'offline' "
    "ELSE {member}.availability END"
)
"""What others are shown of a user, as `Presence.status` says, where `member` is what they are in the account."""


class Credential(Struct, frozen=True, kw_only=True):
    """Whom an access token speaks for: a user or an agent bot."""

    user: User | None
    agent_bot_id: int | None


class Standing(Struct, frozen=True):
    """What a token's owner is in one account: a user with a role, one of its bots, or a stranger (no role, no bot)."""

    user_id: int | None
    user_name: str | None
    role: UserRole | None
    bot_id: int | None
    bot_name: str | None
    account_status: str | None


_STANDING = Statement(
    "SELECT u.id, u.name, m.role, b.id, b.name, a.status FROM access_tokens t LEFT JOIN users u ON u.id = t.user_id "
    "LEFT JOIN account_users m ON m.user_id = t.user_id AND m.account_id = :account_id "
    "LEFT JOIN agent_bots b ON b.id = t.agent_bot_id AND b.account_id = :account_id "
    "LEFT JOIN accounts a ON a.id = :account_id WHERE t.token = :token"
)
_INSERT = Statement(
    insert(
        "users", "name", "email", "password_hash", "pubsub_token", "created_at", "updated_at", returning="id"
    )
)
_GET = Statement(f"SELECT {SHAPE.columns('u')} FROM users u WHERE u.id = :id")
_HOLD = Statement("SELECT id FROM users WHERE id = :id FOR UPDATE")
_BY_EMAIL = Statement(f"SELECT {SHAPE.columns('u')} FROM users u WHERE u.email = :email")
_UPDATE = Statement("UPDATE users SET name = :name, updated_at = :now WHERE id = :id")
_AGENT_COLUMNS = (
    f"{SHAPE.columns('u')}, m.account_id, m.role, m.availability, m.auto_offline, m.active_at, m.seen_at"
)
_AGENTS = Statement(
    f"SELECT {_AGENT_COLUMNS} FROM account_users m JOIN users u ON u.id = m.user_id WHERE m.account_id = :account_id ORDER BY u.id"
)
_AGENT = Statement(
    f"SELECT {_AGENT_COLUMNS} FROM account_users m JOIN users u ON u.id = m.user_id WHERE m.account_id = :account_id AND m.user_id = :user_id"
)
_ADD_AGENT = Statement(
    insert(
        "account_users",
        "account_id",
        "user_id",
        "role",
        "availability",
        "auto_offline",
        "created_at",
        "updated_at",
    )
)
_UPDATE_AGENT = Statement(
    "UPDATE account_users SET role = :role, availability = :availability, auto_offline = :auto_offline, updated_at = :now "
    "WHERE account_id = :account_id AND user_id = :user_id"
)
_REMOVE_AGENT = Statement("DELETE FROM account_users WHERE account_id = :account_id AND user_id = :user_id")
_KEEP_AGENT = Statement(
    "SELECT user_id FROM account_users WHERE account_id = :account_id AND user_id = :user_id FOR KEY SHARE"
)
_HOLD_AGENT = Statement(
    "SELECT user_id FROM account_users WHERE account_id = :account_id AND user_id = :user_id FOR UPDATE"
)
_HOLD_ADMINISTRATORS = Statement(
    "SELECT user_id FROM account_users WHERE account_id = :account_id AND role = 'administrator' "
    "ORDER BY user_id FOR NO KEY UPDATE"
)
_LEAVE_CONVERSATIONS = Statement(
    "DELETE FROM conversation_participants WHERE user_id = :user_id AND conversation_id IN "
    "(SELECT id FROM conversations WHERE account_id = :account_id)"
)
_LEAVE_INBOXES = Statement(
    "DELETE FROM inbox_members WHERE user_id = :user_id AND inbox_id IN (SELECT id FROM inboxes WHERE account_id = :account_id)"
)
_LEAVE_TEAMS = Statement(
    "DELETE FROM team_members WHERE user_id = :user_id AND team_id IN (SELECT id FROM teams WHERE account_id = :account_id)"
)
_MEMBERSHIPS = Statement(
    "SELECT a.id, a.name, a.status, m.role, m.availability, m.auto_offline, m.active_at, m.seen_at FROM account_users m "
    "JOIN accounts a ON a.id = m.account_id WHERE m.user_id = :user_id ORDER BY a.id"
)
_ADD_TOKEN = Statement(insert("access_tokens", "token", "user_id", "agent_bot_id", "created_at"))
_TOKEN_OF = Statement(
    "SELECT token FROM access_tokens WHERE user_id = :user_id ORDER BY created_at DESC LIMIT 1"
)
_BY_TOKEN = Statement(
    f"SELECT t.agent_bot_id, {SHAPE.columns('u')} FROM access_tokens t LEFT JOIN users u ON u.id = t.user_id WHERE t.token = :token"
)


async def add(unit: Unit, *, name: str, email: str, password_hash: str | None, pubsub_token: str) -> int:
    """Raises UniqueViolation where the email is known already."""
    row = await unit.one(
        _INSERT,
        name=name,
        email=email,
        password_hash=password_hash,
        pubsub_token=pubsub_token,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def get(reader: Reader, user_id: int) -> User | None:
    row = await reader.one(_GET, id=user_id)
    return None if row is None else SHAPE.read(row)


async def hold(unit: Unit, user_id: int) -> None:
    """Let nobody add a user to an account until the unit ends."""
    await unit.run(_HOLD, id=user_id)


async def by_email(reader: Reader, email: str) -> User | None:
    row = await reader.one(_BY_EMAIL, email=email)
    return None if row is None else SHAPE.read(row)


async def rename(unit: Unit, user_id: int, name: str) -> None:
    await unit.run(_UPDATE, id=user_id, name=name, now=unit.now)


async def agents(reader: Reader, account_id: int) -> list[Agent]:
    return [_agent(row, reader.now) for row in await reader.all(_AGENTS, account_id=account_id)]


async def agent(reader: Reader, account_id: int, user_id: int) -> Agent | None:
    row = await reader.one(_AGENT, account_id=account_id, user_id=user_id)
    return None if row is None else _agent(row, reader.now)


async def add_agent(
    unit: Unit,
    account_id: int,
    user_id: int,
    *,
    role: str,
    availability: str = "online",
    auto_offline: bool = True,
) -> None:
    """Raises UniqueViolation where the user is in the account already."""
    await unit.run(
        _ADD_AGENT,
        account_id=account_id,
        user_id=user_id,
        role=role,
        availability=availability,
        auto_offline=auto_offline,
        created_at=unit.now,
        updated_at=unit.now,
    )


async def update_agent(unit: Unit, agent: Agent) -> None:
    await unit.run(
        _UPDATE_AGENT,
        account_id=agent.account_id,
        user_id=agent.user.id,
        role=agent.role,
        availability=agent.availability,
        auto_offline=agent.auto_offline,
        now=unit.now,
    )


async def keep_agent(unit: Unit, account_id: int, user_id: int) -> bool:
    """Whether a user is in the account; who is there stays until the unit is done. Others may keep them at the same time."""
    return await unit.one(_KEEP_AGENT, account_id=account_id, user_id=user_id) is not None


async def hold_agent(unit: Unit, account_id: int, user_id: int) -> None:
    """An agent to be taken out: nobody gives them a conversation meanwhile."""
    await unit.run(_HOLD_AGENT, account_id=account_id, user_id=user_id)


async def hold_administrators(unit: Unit, account_id: int) -> list[int]:
    """The account's administrators; they stay what they are until the unit is done."""
    return [row["user_id"] for row in await unit.all(_HOLD_ADMINISTRATORS, account_id=account_id)]


async def leave_inboxes(unit: Unit, account_id: int, user_id: int) -> None:
    """An agent works in none of the account's inboxes any more, and so is given nothing by itself."""
    await unit.run(_LEAVE_INBOXES, account_id=account_id, user_id=user_id)


async def remove_agent(unit: Unit, account_id: int, user_id: int) -> None:
    """With their places in the account's inboxes, teams and conversations."""
    await unit.run(_LEAVE_CONVERSATIONS, account_id=account_id, user_id=user_id)
    await leave_inboxes(unit, account_id, user_id)
    await unit.run(_LEAVE_TEAMS, account_id=account_id, user_id=user_id)
    await unit.run(_REMOVE_AGENT, account_id=account_id, user_id=user_id)


async def memberships(reader: Reader, user_id: int) -> list[Membership]:
    return [
        Membership(
            account_id=row[0],
            account_name=row[1],
            account_status=row[2],
            role=row[3],
            availability=row[4],
            auto_offline=bool(row[5]),
            active_at=row[6],
            status=presence_of(row[4], row[5], row[7]).status(reader.now),
        )
        for row in await reader.all(_MEMBERSHIPS, user_id=user_id)
    ]


async def add_token(
    unit: Unit, token: str, *, user_id: int | None = None, agent_bot_id: int | None = None
) -> None:
    await unit.run(_ADD_TOKEN, token=token, user_id=user_id, agent_bot_id=agent_bot_id, created_at=unit.now)


async def token_of(reader: Reader, user_id: int) -> str | None:
    row = await reader.one(_TOKEN_OF, user_id=user_id)
    return None if row is None else str(row["token"])


async def standing(reader: Reader, token: str, account_id: int) -> Standing | None:
    """What an access token means in an account; None for a token nobody has."""
    row = await reader.one(_STANDING, token=token, account_id=account_id)
    return None if row is None else Standing(*row)


async def by_token(reader: Reader, token: str) -> Credential | None:
    row = await reader.one(_BY_TOKEN, token=token)
    return None if row is None else Credential(agent_bot_id=row[0], user=SHAPE.maybe(row, 1))


def present_since(reader: Reader) -> int:
    """Who was seen later is there: a parameter of `STATUS`."""
    return reader.now - PRESENT


def presence_of(availability: Availability, auto_offline: object, seen_at: int | None) -> Presence:
    """From the three columns that say it."""
    return Presence(availability=availability, auto_offline=bool(auto_offline), seen_at=seen_at)


def _agent(row: Row, now: int) -> Agent:
    rest: list[Any] = list(row[SHAPE.width :])
    return Agent(
        user=SHAPE.read(row),
        account_id=rest[0],
        role=rest[1],
        availability=rest[2],
        auto_offline=bool(rest[3]),
        active_at=rest[4],
        status=presence_of(rest[2], rest[3], rest[5]).status(now),
    )
