"""Agent bots and the inboxes they answer in."""

from deskbell.model.agent_bot import AgentBot
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(AgentBot)

_INSERT = Statement(
    insert(
        "agent_bots",
        "account_id",
        "name",
        "description",
        "target_id",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_GET = Statement(f"SELECT {SHAPE.columns('b')} FROM agent_bots b WHERE b.id = :id")
_CONNECT = Statement(
    "INSERT INTO agent_bot_inboxes (inbox_id, agent_bot_id) VALUES (:inbox_id, :agent_bot_id) "
    "ON CONFLICT (inbox_id) DO UPDATE SET agent_bot_id = excluded.agent_bot_id"
)
_OF_INBOX = Statement("SELECT agent_bot_id FROM agent_bot_inboxes WHERE inbox_id = :inbox_id")


async def add(
    unit: Unit, account_id: int, *, name: str, description: str = "", target_id: int | None = None
) -> int:
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        name=name,
        description=description,
        target_id=target_id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def get(reader: Reader, agent_bot_id: int) -> AgentBot | None:
    row = await reader.one(_GET, id=agent_bot_id)
    return None if row is None else SHAPE.read(row)


async def connect(unit: Unit, agent_bot_id: int, inbox_id: int) -> None:
    """Let the bot answer in an inbox, in place of whichever did."""
    await unit.run(_CONNECT, inbox_id=inbox_id, agent_bot_id=agent_bot_id)


async def of_inbox(reader: Reader, inbox_id: int) -> int | None:
    row = await reader.one(_OF_INBOX, inbox_id=inbox_id)
    return None if row is None else int(row["agent_bot_id"])
