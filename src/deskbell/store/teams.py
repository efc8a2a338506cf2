"""Teams and who is in them."""

from collections.abc import Sequence

from deskbell.model.team import Team
from deskbell.model.user import Agent
from deskbell.store import users
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(Team)

_INSERT = Statement(
    insert(
        "teams",
        "account_id",
        "name",
        "description",
        "allow_auto_assign",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE teams SET name = :name, description = :description, allow_auto_assign = :allow_auto_assign, "
    "updated_at = :now WHERE id = :id"
)
_DELETE = Statement("DELETE FROM teams WHERE id = :id")
_ALL = Statement(f"SELECT {SHAPE.columns('t')} FROM teams t WHERE t.account_id = :account_id ORDER BY t.id")
_GET = Statement(f"SELECT {SHAPE.columns('t')} FROM teams t WHERE t.account_id = :account_id AND t.id = :id")
_LOCK = Statement(f"{_GET.text} FOR UPDATE")
_MEMBER_OF = Statement("SELECT team_id FROM team_members WHERE user_id = :user_id")
_MEMBERS = Statement("SELECT user_id FROM team_members WHERE team_id = :team_id")
_ADD_MEMBER = Statement(
    "INSERT INTO team_members (team_id, user_id) VALUES (:team_id, :user_id) ON CONFLICT DO NOTHING"
)
_REMOVE_MEMBER = Statement("DELETE FROM team_members WHERE team_id = :team_id AND user_id = :user_id")


async def add(
    unit: Unit, account_id: int, *, name: str, description: str | None, allow_auto_assign: bool
) -> int:
    """Raises UniqueViolation where the account has a team of this name."""
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        name=name,
        description=description,
        allow_auto_assign=allow_auto_assign,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, team: Team) -> None:
    """Raises UniqueViolation where the account has a team of this name."""
    await unit.run(
        _UPDATE,
        id=team.id,
        name=team.name,
        description=team.description,
        allow_auto_assign=team.allow_auto_assign,
        now=unit.now,
    )


async def delete(unit: Unit, team_id: int) -> None:
    await unit.run(_DELETE, id=team_id)


async def all_of(reader: Reader, account_id: int) -> list[Team]:
    return [SHAPE.read(row) for row in await reader.all(_ALL, account_id=account_id)]


async def get(reader: Reader, account_id: int, team_id: int) -> Team | None:
    row = await reader.one(_GET, account_id=account_id, id=team_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int, team_id: int) -> Team | None:
    """A team to change, to delete or to assign; others who want to wait. Lock it before any conversation."""
    row = await unit.one(_LOCK, account_id=account_id, id=team_id)
    return None if row is None else SHAPE.read(row)


async def of_member(reader: Reader, user_id: int) -> set[int]:
    """Every team a user is in, of whatever account."""
    return {row["team_id"] for row in await reader.all(_MEMBER_OF, user_id=user_id)}


async def members(reader: Reader, account_id: int, team_id: int) -> list[Agent]:
    ids = {row["user_id"] for row in await reader.all(_MEMBERS, team_id=team_id)}
    return [agent for agent in await users.agents(reader, account_id) if agent.user.id in ids]


async def add_members(unit: Unit, team_id: int, user_ids: Sequence[int]) -> None:
    await unit.run_many(_ADD_MEMBER, [{"team_id": team_id, "user_id": user_id} for user_id in user_ids])


async def remove_members(unit: Unit, team_id: int, user_ids: Sequence[int]) -> None:
    await unit.run_many(_REMOVE_MEMBER, [{"team_id": team_id, "user_id": user_id} for user_id in user_ids])
