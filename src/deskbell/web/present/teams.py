"""Teams, as answers show them."""

from typing_extensions import TypedDict

from deskbell.kit.clock import iso
from deskbell.model.team import Team


class TeamJSON(TypedDict):
    id: int
    name: str
    description: str | None
    allow_auto_assign: bool
    account_id: int
    is_member: bool


class AssignedTeamJSON(TypedDict):
    """What assigning a team answers: the reference sends its row."""

    id: int
    name: str
    description: str | None
    allow_auto_assign: bool
    account_id: int
    created_at: str
    updated_at: str


def team(one: Team, *, is_member: bool) -> TeamJSON:
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "allow_auto_assign": one.allow_auto_assign,
        "account_id": one.account_id,
        "is_member": is_member,
    }


def assigned_team(one: Team) -> AssignedTeamJSON:
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "allow_auto_assign": one.allow_auto_assign,
        "account_id": one.account_id,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
    }
