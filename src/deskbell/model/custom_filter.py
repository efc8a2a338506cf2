"""A custom filter: a query one user keeps under a name."""

from typing import Any, Literal

from msgspec import Struct

FilterKind = Literal["conversation", "contact", "report"]


class CustomFilter(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    user_id: int
    name: str
    kind: FilterKind
    query: dict[str, Any]
    created_at: int
    updated_at: int
