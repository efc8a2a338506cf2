"""A team: agents of an account whom conversations are assigned to together."""

from msgspec import Struct


class Team(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    name: str
    description: str | None
    allow_auto_assign: bool
    created_at: int
    updated_at: int
