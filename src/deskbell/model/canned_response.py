"""A canned response: an answer kept ready under a short code."""

from msgspec import Struct


class CannedResponse(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    short_code: str
    content: str
    created_at: int
    updated_at: int
