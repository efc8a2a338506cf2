"""Agent bots, the inboxes they answer in, and the conversations that wait for them."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.kit import json
from deskbell.model.agent_bot import AgentBot
from deskbell.model.webhook import SET_BY_ADMINISTRATOR, Target
from deskbell.store import targets
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(AgentBot)


class BotView(Struct, frozen=True, kw_only=True):
    """A bot with what it is delivered to, and the token it acts by."""

    bot: AgentBot
    target: Target | None
    access_token: str | None


class Failing(Struct, frozen=True, kw_only=True):
    """A bot that does not answer. `since`: when that began; `disabled`: Deskbell gave it up."""

    id: int
    account_id: int
    name: str
    target_id: int
    since: int
    disabled: bool


_INSERT = Statement(
    insert(
        "agent_bots",
        "account_id",
        "name",
        "description",
        "avatar_url",
        "bot_config",
        "target_id",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE agent_bots SET name = :name, description = :description, avatar_url = :avatar_url, bot_config = :bot_config, "
    "target_id = :target_id, updated_at = :updated_at WHERE id = :id"
)
_DELETE = Statement("DELETE FROM agent_bots WHERE id = :id")
_GET = Statement(f"SELECT {SHAPE.columns('b')} FROM agent_bots b WHERE b.id = :id")
_LOCK = Statement(f"SELECT {SHAPE.columns('b')} FROM agent_bots b WHERE b.id = :id FOR UPDATE")
_VIEW = (
    "SELECT (SELECT t.token FROM access_tokens t WHERE t.agent_bot_id = b.id ORDER BY t.created_at DESC LIMIT 1), "
    f"{SHAPE.columns('b')}, {targets.SHAPE.columns('g')} FROM agent_bots b LEFT JOIN targets g ON g.id = b.target_id "
)
_VIEW_ONE = Statement(f"{_VIEW} WHERE b.account_id = :account_id AND b.id = :id")
_VIEW_ALL = Statement(f"{_VIEW} WHERE b.account_id = :account_id ORDER BY b.id")
_VIEW_OF_APP = Statement(
    f"{_VIEW} JOIN platform_grants p ON p.kind = 'agent_bot' AND p.thing_id = b.id "
    "WHERE p.platform_app_id = :app_id ORDER BY b.id"
)
_CONNECT = Statement(
    "INSERT INTO agent_bot_inboxes (inbox_id, agent_bot_id) VALUES (:inbox_id, :agent_bot_id) "
    "ON CONFLICT (inbox_id) DO UPDATE SET agent_bot_id = excluded.agent_bot_id"
)
_DISCONNECT = Statement("DELETE FROM agent_bot_inboxes WHERE inbox_id = :inbox_id")
_OF_INBOX = Statement("SELECT agent_bot_id FROM agent_bot_inboxes WHERE inbox_id = :inbox_id")
_KEEP_OF_INBOX = Statement(
    "SELECT agent_bot_id FROM agent_bot_inboxes WHERE inbox_id = :inbox_id FOR KEY SHARE"
)
_HOLD_INBOXES = Statement(
    "SELECT inbox_id FROM agent_bot_inboxes WHERE agent_bot_id = :agent_bot_id ORDER BY inbox_id FOR UPDATE"
)
_INBOXES = Statement(
    "SELECT inbox_id FROM agent_bot_inboxes WHERE agent_bot_id = :agent_bot_id ORDER BY inbox_id"
)
_NAMES_BY_INBOX = Statement(
    "SELECT x.inbox_id, b.name FROM agent_bot_inboxes x JOIN agent_bots b ON b.id = x.agent_bot_id "
    "JOIN inboxes i ON i.id = x.inbox_id WHERE i.account_id = :account_id"
)
_FORGET_TOKENS = Statement("DELETE FROM access_tokens WHERE agent_bot_id = :agent_bot_id")
_PENDING = (
    "c.account_id = b.account_id AND c.status = 'pending' AND (c.assignee_agent_bot_id = b.id OR (c.assignee_agent_bot_id IS NULL "
    "AND c.inbox_id IN (SELECT x.inbox_id FROM agent_bot_inboxes x WHERE x.agent_bot_id = b.id)))"
)
_HELD = f"({_PENDING}) OR (c.account_id = b.account_id AND c.assignee_agent_bot_id = b.id)"
_FAILING_SINCE = "COALESCE(h.failing_since, g.updated_at)"
_FAILING = Statement(
    f"SELECT b.id, b.account_id, b.name, g.id, {_FAILING_SINCE}, g.status = 'disabled' FROM agent_bots b "
    "JOIN targets g ON g.id = b.target_id JOIN target_health h ON h.target_id = g.id "
    f"WHERE ((g.status = 'disabled' AND COALESCE(g.status_reason, '') <> '{SET_BY_ADMINISTRATOR}') "
    "OR (g.status = 'enabled' AND h.failures >= :failures AND h.failing_since <= :since)) "
    f"AND EXISTS (SELECT 1 FROM conversations c WHERE {_PENDING}) ORDER BY b.id"
)


async def add(
    unit: Unit, account_id: int, *, name: str, description: str = "", target_id: int | None = None
) -> int:
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        name=name,
        description=description,
        avatar_url="",
        bot_config="{}",
        target_id=target_id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, bot: AgentBot) -> None:
    """Write the bot's own part; its target is written by `targets.update`."""
    await unit.run(
        _UPDATE,
        id=bot.id,
        name=bot.name,
        description=bot.description,
        avatar_url=bot.avatar_url,
        bot_config=json.dump_text(bot.bot_config),
        target_id=bot.target_id,
        updated_at=unit.now,
    )


async def delete(unit: Unit, bot_id: int) -> None:
    """With its tokens and its places in inboxes."""
    await unit.run(_DELETE, id=bot_id)


async def get(reader: Reader, agent_bot_id: int) -> AgentBot | None:
    row = await reader.one(_GET, id=agent_bot_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, agent_bot_id: int) -> AgentBot | None:
    """A bot to change or delete: nobody gives it a conversation or an inbox meanwhile."""
    row = await unit.one(_LOCK, id=agent_bot_id)
    return None if row is None else SHAPE.read(row)


async def view(reader: Reader, account_id: int, agent_bot_id: int) -> BotView | None:
    row = await reader.one(_VIEW_ONE, account_id=account_id, id=agent_bot_id)
    return None if row is None else _view(row)


async def views(reader: Reader, account_id: int) -> list[BotView]:
    return [_view(row) for row in await reader.all(_VIEW_ALL, account_id=account_id)]


async def views_of_app(reader: Reader, app_id: int) -> list[BotView]:
    """The bots a platform app made."""
    return [_view(row) for row in await reader.all(_VIEW_OF_APP, app_id=app_id)]


async def connect(unit: Unit, agent_bot_id: int, inbox_id: int) -> None:
    """Let the bot answer in an inbox, in place of whichever did."""
    await unit.run(_CONNECT, inbox_id=inbox_id, agent_bot_id=agent_bot_id)


async def disconnect(unit: Unit, inbox_id: int) -> None:
    """No bot answers in the inbox any more."""
    await unit.run(_DISCONNECT, inbox_id=inbox_id)


async def of_inbox(reader: Reader, inbox_id: int) -> int | None:
    row = await reader.one(_OF_INBOX, inbox_id=inbox_id)
    return None if row is None else int(row["agent_bot_id"])


async def keep_of_inbox(unit: Unit, inbox_id: int) -> int | None:
    """The bot that answers in an inbox; it does so until the unit is done, for what is begun now may wait for it."""
    row = await unit.one(_KEEP_OF_INBOX, inbox_id=inbox_id)
    return None if row is None else int(row["agent_bot_id"])


async def hold_inboxes(unit: Unit, agent_bot_id: int) -> None:
    """A bot's inboxes, to be left: what was to wait for it there is begun, and nothing else is meanwhile."""
    await unit.all(_HOLD_INBOXES, agent_bot_id=agent_bot_id)


async def inboxes(reader: Reader, agent_bot_id: int) -> list[int]:
    """The inboxes a bot answers in."""
    return [row["inbox_id"] for row in await reader.all(_INBOXES, agent_bot_id=agent_bot_id)]


async def names_by_inbox(reader: Reader, account_id: int) -> dict[int, str]:
    """What the bot is called that answers in each inbox of an account."""
    return {row["inbox_id"]: row["name"] for row in await reader.all(_NAMES_BY_INBOX, account_id=account_id)}


async def forget_tokens(unit: Unit, agent_bot_id: int) -> None:
    await unit.run(_FORGET_TOKENS, agent_bot_id=agent_bot_id)


async def failing(reader: Reader, *, failures: int, since: int) -> list[Failing]:
    """Bots that conversations wait for in vain: given up by Deskbell, or failing every attempt since an instant, and so many at least."""
    rows: Sequence[Row] = await reader.all(_FAILING, failures=failures, since=since)
    return [
        Failing(
            id=row[0],
            account_id=row[1],
            name=row[2],
            target_id=row[3],
            since=row[4],
            disabled=bool(row[5]),
        )
        for row in rows
    ]


async def held(reader: Reader, agent_bot_id: int, *, pending: bool, limit: int) -> list[int]:
    """The numbers of conversations that wait for a bot; unless only `pending` ones are asked for, of those assigned to it too."""
    statement = composed(
        f"SELECT c.number FROM agent_bots b JOIN conversations c ON {_PENDING if pending else _HELD} "
        "WHERE b.id = :id ORDER BY c.id LIMIT :limit"
    )
    return [row["number"] for row in await reader.all(statement, id=agent_bot_id, limit=limit)]


def _view(row: Row) -> BotView:
    return BotView(
        access_token=row[0], bot=SHAPE.read(row, 1), target=targets.SHAPE.maybe(row, 1 + SHAPE.width)
    )
