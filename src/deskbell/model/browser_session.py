"""A session of the dashboard: a browser in which somebody signed in."""

from msgspec import Struct


class BrowserSession(Struct, frozen=True, kw_only=True):
    """`mark` tells which password it began with: with another one the session is over."""

    id: int
    user_id: int
    mark: str
    user_agent: str
    address: str
    created_at: int
    seen_at: int
    expires_at: int
